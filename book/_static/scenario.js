/* Sliders of a scenario: outcomes of one step, as released, times where the sliders stand.
   Numbers are written as src/analysis/formats.py writes them; a test compares the two. */
(function () {
  "use strict";

  const STEP_OF_COST = 100;
  /* More decimals than tell a half from a number beside it. */
  const EXACT = 40;
  const WORDS = {
    nl: { million: "miljoen", billion: "miljard", to: "tot", euro: "€\u00a0" },
    en: { million: "million", billion: "billion", to: "to", euro: "€" },
  };

  function writer(language) {
    const words = WORDS[language];

    function number(value, decimals, fixed) {
      const format = new Intl.NumberFormat(language, {
        minimumFractionDigits: fixed ? decimals : 0,
        maximumFractionDigits: decimals,
        signDisplay: "negative",
      });
      return format.format(rounded(value, decimals)).replace("-", "−");
    }

    /* A half goes to the even neighbour, and is a half only if the number is exactly that: not
       1.485, which is a little more. Intl looks at the shortest way to write a number, and
       toFixed takes a half away from zero. */
    function rounded(value, decimals) {
      const size = Math.abs(value);
      const sign = value < 0 ? -1 : 1;
      if (decimals < 0) {
        const step = Math.pow(10, -decimals);
        const rest = size % step;
        const below = size - rest;
        const up = rest > step / 2 || (rest === step / 2 && (below / step) % 2 === 1);
        return sign * (up ? below + step : below);
      }
      const exact = size.toFixed(decimals + EXACT);
      if (!exact.endsWith("5" + "0".repeat(EXACT - 1))) return sign * Number(size.toFixed(decimals));
      const down = exact.slice(0, -EXACT);
      const even = "02468".includes(down.replace(/\.$/, "").slice(-1));
      return sign * Number(even ? down : size.toFixed(decimals));
    }

    function threeDigits(amount) {
      if (amount === 0) return 0;
      return rounded(amount, 2 - Math.floor(Math.log10(Math.abs(amount))));
    }

    /* The sign of the euro stands before an amount; English writes a minus before that sign. */
    function euros(written) {
      return language === "en" && written.startsWith("−")
        ? "−" + words.euro + written.slice(1)
        : words.euro + written;
    }

    function value(amount, unit, fixed) {
      const size = Math.abs(amount);
      switch (unit) {
        case "percent":
          return number(amount, 1, fixed) + "%";
        case "people":
          return number(threeDigits(amount), 0);
        case "million_euro":
          return size >= 999.5
            ? euros(number(amount / 1000, 2, true)) + " " + words.billion
            : euros(number(amount, size >= 99.95 ? 0 : 1)) + " " + words.million;
        case "euro":
          return euros(number(threeDigits(amount), 0));
        default:
          throw new Error("unit " + unit + " has no written form");
      }
    }

    /* A span with its unit once where that reads well. */
    function interval(low, high, unit) {
      const fixed = [low, high].some((end) => rounded(end, 1) % 1 !== 0);
      let first = value(low, unit, fixed);
      let last = value(high, unit, fixed);
      const space = first.indexOf(" ");
      const tail = space < 0 ? "" : first.slice(space);
      if (tail && last.endsWith(tail)) first = first.slice(0, space);
      if (unit === "million_euro" && last.startsWith(words.euro)) {
        last = last.slice(words.euro.length);
      }
      return first + " " + words.to + " " + last;
    }

    return { value, interval };
  }

  function start(section) {
    const form = section.querySelector("form");
    const write = writer(section.dataset.language);
    const firstYear = Number(section.dataset.year);
    const numbers = Array.from(section.querySelectorAll(".scenario-number"));

    function position() {
      const at = {};
      for (const input of form.querySelectorAll("input")) at[input.name] = Number(input.value);
      return at;
    }

    /* How many steps a slider is away from nothing. */
    function taken(at, slider) {
      return slider === "cost" ? at.cost / STEP_OF_COST : at[slider];
    }

    /* A fall grows by as much every year: the sum of all years is (T + 1) / 2 times the last. */
    function path(at, slider) {
      const years = at.year - firstYear;
      return slider === "cost" ? years : (years + 1) / 2;
    }

    function text(data, at) {
      const times = (slider) =>
        taken(at, slider) * (data.summed ? path(at, slider) : 1);
      const off = data.less === undefined ? 0 : Number(data.less) * times(data.lessSlider);
      const amount = (end) => Number(end) * times(data.slider) - off;
      if (data.part === "value") return write.value(amount(data.value), data.unit);
      if (data.low === undefined) return "–";
      const span = write.interval(amount(data.low), amount(data.high), data.unit);
      return data.part === "both"
        ? write.value(amount(data.value), data.unit) + " (" + span + ")"
        : span;
    }

    function where(name, value) {
      if (name === "year") return String(value);
      return write.value(value, name === "cost" ? "euro" : "percent");
    }

    function update() {
      const at = position();
      for (const input of form.querySelectorAll("input")) {
        const shown = where(input.name, at[input.name]);
        input.setAttribute("aria-valuetext", shown);
        form.querySelector("output[for=" + input.id + "]").textContent = shown;
      }
      for (const place of section.querySelectorAll("[data-position]")) {
        place.textContent = where(place.dataset.position, at[place.dataset.position]);
      }
      for (const one of numbers) {
        const shown = text(one.dataset, at);
        if (one.textContent !== shown) one.textContent = shown;
      }
    }

    form.addEventListener("input", update);
    form.addEventListener("submit", (event) => event.preventDefault());
    /* The sliders move back after the event. */
    form.addEventListener("reset", () => setTimeout(update, 0));
    form.hidden = false;
    section.querySelector(".scenario-plain").hidden = true;
    update();
  }

  for (const section of document.querySelectorAll("section.scenario")) start(section);
})();
