"""What the researcher at the screen sees of an exhibit before the airlock has judged it."""

import base64
import html
import io

from analysis.airlock.candidates import Candidate
from analysis.charts import CHARTS
from analysis.charts.options import drawing_of, read_options
from analysis.claims.register import Register
from analysis.languages import Language
from analysis.methods.results import Absent, Result

_WARNING = {
    "nl": "Voorbeeld, vertrouwelijk: nog niet langs de sluis",
    "en": "Preview, confidential: the airlock has not seen this",
}
_ABSENT = {"nl": "Niet geleverd", "en": "Not delivered"}


def preview_of(
    candidate: Candidate, result: Result | Absent, register: Register, language: Language
) -> dict[str, str]:
    """Return the preview as a Jupyter mime bundle; figures are drawn as they will be rendered."""
    parts = [
        f"<p><strong>{_WARNING[language]}</strong> "
        f"({candidate.kind} <code>{html.escape(candidate.id)}</code>)</p>"
    ]
    if isinstance(result, Absent):
        parts.append(f"<p>{_ABSENT[language]}: {html.escape(', '.join(result.tables)) or '–'}</p>")
    elif candidate.kind == "figure":
        drawing = drawing_of(
            read_options(candidate.id, candidate.options),
            register,
            language=language,
            layout="wide",
            synthetic=False,
        )
        stream = io.BytesIO()
        CHARTS[candidate.chart](result.frame, drawing).savefig(stream, format="png", dpi=110)
        picture = base64.b64encode(stream.getvalue()).decode("ascii")
        parts.append(f'<img alt="" src="data:image/png;base64,{picture}">')
    else:
        parts.append(result.frame.to_html(index=False, border=0))
    return {"text/html": "\n".join(parts)}
