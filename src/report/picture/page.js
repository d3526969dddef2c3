"use strict";
(() => {
  // In the order of the states of the plan; DNS knows a pod from "running" on, and as ready only while it is.
  const STATES = ["absent", "unscheduled", "pending", "running", "ready", "finished", "terminating"];
  const READY = 4;
  const EARLY = [2, 3, 4, 6];
  // Longer names are broken, and of longer tables only so many rows are shown, around what happens.
  const LONG = 26;
  const AROUND = 24;
  const plan = JSON.parse(document.getElementById("plan").textContent);

  const element = (tag, className, text) => {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  };
  const clock = (seconds) => {
    const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
    const two = (number) => String(number).padStart(2, "0");
    if (hours > 0) return `${hours}h${two(minutes)}m${two(rest)}s`;
    return minutes > 0 ? `${minutes}m${two(rest)}s` : `${rest}s`;
  };
  const grouped = (number) => String(number).replace(/\B(?=(\d{3})+$)/g, ",");

  /** The number of the last item whose moment is not after `at`; -1 if there is none. */
  const lastBy = (items, at) => {
    let low = 0;
    let high = items.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (items[middle].at <= at) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  };

  const read = (set) => {
    const steps = [];
    let at = 0;
    for (let i = 0; i < set.steps.length; i += 5) {
      const [gap, words, about, ordinal, waited] = set.steps.slice(i, i + 5);
      at += gap;
      steps.push({ at, words: set.words[words], about, ordinal, waited });
    }
    const pods = set.pods.map((numbers) => {
      const states = [];
      let from = 0;
      for (let i = 1; i < numbers.length; i += 4) {
        const [state, revision, gap, lasts] = numbers.slice(i, i + 4);
        from += gap;
        const until = lasts < 0 ? Infinity : from + lasts;
        states.push({ state, revision, from, until });
        if (lasts > 0) from = until;
      }
      return { ordinal: numbers[0], states, claims: [] };
    });
    const byOrdinal = new Map(pods.map((pod, row) => [pod.ordinal, row]));
    const claims = new Map();
    for (let i = 0; i < set.claims.length; i += 3) {
      const [template, ordinal, fate] = set.claims.slice(i, i + 3);
      const claim = { template, ordinal, fate: set.fates[fate], lives: [] };
      claims.set(`${template} ${ordinal}`, claim);
      const row = byOrdinal.get(ordinal);
      if (row !== undefined) pods[row].claims.push(claim);
    }
    // A claim may be deleted and made again; one that is not made was there before.
    for (const step of steps) {
      const claim = step.about < 0 ? undefined : claims.get(`${step.about} ${step.ordinal}`);
      if (!claim) continue;
      if (step.words.startsWith("create ")) claim.lives.push({ from: step.at, until: Infinity });
      else if (claim.lives.length === 0) claim.lives.push({ from: 0, until: Infinity });
      if (step.words.startsWith("delete ")) claim.lives[claim.lives.length - 1].until = step.at;
    }
    for (const claim of claims.values()) {
      if (claim.lives.length === 0) claim.lives.push({ from: 0, until: Infinity });
    }
    return { ...set, steps, pods, byOrdinal };
  };

  const show = (section, set) => {
    const podName = (ordinal) => `${set.name}-${ordinal}`;
    const claimName = (template, ordinal) => `${set.templates[template]}-${podName(ordinal)}`;
    const find = (query) => section.querySelector(query);
    const [range, output, play] = [find("input"), find("output"), find(".play")];
    const [rows, list, when, svg] = [find(".pods tbody"), find(".steps ol"), find(".when"), find("svg")];
    const board = find(".board");
    const services = [...section.querySelectorAll(".services tbody tr")].map((row) => row.lastElementChild);
    const whole = set.steps.length <= set.shown[1];

    const stateAt = (pod, at) => pod.states.find((it) => it.from <= at && at < it.until);
    const published = (service, pod, at) => {
      if (service.only !== null && service.only !== pod.ordinal) return false;
      const now = stateAt(pod, at);
      return now !== undefined && (now.state === READY || (service.early && EARLY.includes(now.state)));
    };

    const sentence = (step) => {
      const line = document.createDocumentFragment();
      const subject = step.about === -2 ? set.name : step.about < 0 ? podName(step.ordinal) : claimName(step.about, step.ordinal);
      for (const part of step.words.split(/([\u0001\u0002])/)) {
        if (part === "\u0001") line.append(element("b", "", subject));
        else if (part === "\u0002") line.append(element("b", "", podName(step.waited)));
        else line.append(part);
      }
      return line;
    };

    const podRow = (pod, at) => {
      const row = element("tr");
      const name = element("th", podName(pod.ordinal).length > LONG ? "long" : "", podName(pod.ordinal));
      name.scope = "row";
      const now = stateAt(pod, at);
      const state = element("td");
      const kind = STATES[now ? now.state : 0];
      const dot = element("span", `dot ${kind}`);
      if (now) dot.style.background = colour(now);
      state.append(dot, now ? `${kind} at ${set.letters[now.revision] ?? "?"}` : kind);
      const claims = element("td");
      for (const claim of pod.claims.filter(({ lives }) => lives[0].from <= at)) {
        const there = claim.lives.some(({ from, until }) => from <= at && at < until);
        const word = at >= set.ends ? claim.fate : there ? "there" : "deleted";
        if (claims.childNodes.length > 0) claims.append(element("br"));
        claims.append(element("code", "", claimName(claim.template, claim.ordinal)), ` ${word}`);
      }
      const dns = element("td");
      const governing = set.services.find((service) => service.governing && service.headless);
      if (governing && published(governing, pod, at)) {
        dns.append(element("code", "", `${podName(pod.ordinal)}.${governing.name}`));
      } else {
        dns.textContent = "–";
      }
      row.append(name, state, claims, dns);
      return row;
    };

    // The colours of the drawing, so that a table means the same by them.
    const colour = (now) => {
      const looks = getComputedStyle(svg);
      const name = now.state === READY ? `--rev${now.revision % 4}` : `--${STATES[now.state]}`;
      return now.state === 1 ? "none" : looks.getPropertyValue(name);
    };

    const drawPods = (at, near) => {
      const all = set.pods.length <= set.shown[0];
      const most = all ? set.pods.length : AROUND;
      let from = 0;
      if (!all) {
        const row = set.byOrdinal.get(near) ?? 0;
        from = Math.min(Math.max(0, row - (most >> 1)), set.pods.length - most);
      }
      const shown = set.pods.slice(from, from + most).map((pod) => podRow(pod, at));
      const more = (count, where) => {
        const row = element("tr");
        const cell = element("td", "more", `… ${grouped(count)} ${where} …`);
        cell.colSpan = 4;
        row.append(cell);
        return row;
      };
      if (from > 0) shown.unshift(more(from, "before"));
      const after = set.pods.length - from - most;
      if (after > 0) shown.push(more(after, "after"));
      rows.replaceChildren(...shown);
    };

    const drawServices = (at) => {
      set.services.forEach((service, row) => {
        const cell = services[row];
        if (!cell || (service.to && !service.to.startsWith("one "))) return;
        const ready = set.pods.filter((pod) => published(service, pod, at)).map((pod) => podName(pod.ordinal));
        const few = ready.length > 4 ? [...ready.slice(0, 2), "…", ready[ready.length - 1]] : ready;
        const whom = ready.length === 0 ? "no pod" : few.join(", ") + (ready.length > 4 ? ` (${grouped(ready.length)})` : "");
        const answer = ready.length === 0 && service.headless ? "nothing: no pod is ready" : whom;
        cell.textContent = service.to ? `${service.to} ${whom}` : answer;
      });
    };

    const item = (step, number) => {
      const line = element("li");
      line.value = number + 1;
      line.append(element("time", "", clock(step.at)), " ", sentence(step));
      return line;
    };
    const drawSteps = (current, at) => {
      let first = 0;
      if (!whole) {
        const around = 30;
        first = Math.max(0, current - around);
        list.replaceChildren(...set.steps.slice(first, current + around).map((step, row) => item(step, first + row)));
      }
      [...list.children].forEach((line, row) => {
        const step = set.steps[first + row];
        line.classList.toggle("later", step.at > at);
        line.classList.toggle("now", step.at === set.steps[current]?.at);
      });
      const line = list.children[current - first];
      if (line) list.scrollTop = line.offsetTop - list.offsetTop - list.clientHeight / 2;
    };

    const now = document.createElementNS("http://www.w3.org/2000/svg", "path");
    now.setAttribute("class", "now");
    svg.append(now);
    const drawMoment = (at) => {
      const { left, right, top, bottom, seconds } = svg.dataset;
      const x = Number(left) + (at / Number(seconds)) * (Number(right) - Number(left));
      now.setAttribute("d", `M${x.toFixed(1)} ${top}V${bottom}`);
      // Where the drawing is wider than the page, the moment stays in sight.
      const wide = svg.clientWidth / svg.viewBox.baseVal.width;
      board.scrollLeft = x * wide - board.clientWidth / 2;
    };

    let at = set.ends;
    const go = (moment) => {
      at = Math.min(Math.max(0, moment), set.ends);
      const whenShown = Math.floor(at);
      const current = lastBy(set.steps, whenShown);
      const step = set.steps[current];
      range.value = String(whenShown);
      output.replaceChildren(`${clock(whenShown)} of ${clock(set.ends)}`);
      if (step) output.append(": ", sentence(step));
      range.setAttribute("aria-valuetext", output.textContent);
      when.textContent = whenShown === set.ends ? "in the end" : `at ${clock(whenShown)}`;
      drawPods(whenShown, step && step.ordinal >= 0 ? step.ordinal : undefined);
      drawServices(whenShown);
      drawSteps(current, whenShown);
      drawMoment(at);
    };

    let before = null;
    const stop = () => {
      before = null;
      play.textContent = "Play";
    };
    // A story takes as long as it has to tell, between eight and forty seconds.
    const moments = new Set(set.steps.map((step) => step.at)).size;
    const pace = set.ends / Math.min(40, Math.max(8, moments));
    const tick = (time) => {
      if (before === null) return;
      go(at + ((time - before) / 1000) * pace);
      before = time;
      if (at >= set.ends) stop();
      else requestAnimationFrame(tick);
    };
    const toggle = () => {
      if (before !== null) return stop();
      if (at >= set.ends) go(0);
      before = performance.now();
      play.textContent = "Pause";
      requestAnimationFrame(tick);
    };
    const stepBy = (direction) => {
      stop();
      const here = Math.floor(at);
      if (direction > 0) {
        const next = set.steps[lastBy(set.steps, here) + 1];
        go(next ? next.at : set.ends);
      } else {
        const previous = set.steps[lastBy(set.steps, here - 1)];
        go(previous ? previous.at : 0);
      }
    };

    range.addEventListener("input", () => {
      stop();
      go(Number(range.value));
    });
    play.addEventListener("click", toggle);
    find(".back").addEventListener("click", () => stepBy(-1));
    find(".on").addEventListener("click", () => stepBy(1));
    list.addEventListener("click", (event) => {
      const line = event.target.closest("li");
      const step = line && set.steps[line.value > 0 ? line.value - 1 : [...list.children].indexOf(line)];
      if (step) {
        stop();
        go(step.at);
      }
    });
    find(".player").hidden = set.ends <= 0;
    go(set.ends);
    return { toggle, stepBy };
  };

  const players = [...document.querySelectorAll(".set")].map((section, row) => ({
    section,
    ...show(section, read(plan.sets[row])),
  }));
  // The keys move the set that has the focus, else the first.
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, button, a")) return;
    const player = players.find(({ section }) => section.contains(event.target)) ?? players[0];
    const keys = { " ": () => player.toggle(), ArrowLeft: () => player.stepBy(-1), ArrowRight: () => player.stepBy(1) };
    if (player && keys[event.key]) {
      event.preventDefault();
      keys[event.key]();
    }
  });
})();
