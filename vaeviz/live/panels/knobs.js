// Converts settings to places on a plane of settings, and back: τ = βσ² is one, and β where there
// is no σ². A message has `knobs`: {variance: whether there is one σ², moves: whether it can be
// moved, freed: the settings with which it can}.

const SYMBOLS = { beta: "β", sigma2: "σ²", d: "d" };

// The place of the settings along this axis.
export function along(name, settings, { variance }) {
  if (name !== "tau") return settings[name];
  return settings.beta * (variance ? settings.sigma2 : 1);
}

export function knob(name, { variance }) {
  return SYMBOLS[name] ?? (variance ? "τ" : "β");
}

// The settings at this place; σ² gives τ, then β where σ² ends. An axis without a value stays.
export function steered(settings, { tau, ...given }, { limits, knobs }) {
  const next = { ...settings, ...knobs.freed };
  const set = (name, value) => {
    next[name] = between(short(value), limits[name]);
  };
  for (const [name, value] of Object.entries(given))
    if (value !== undefined) set(name, name === "d" ? Math.round(value) : value);
  if (tau === undefined) return next;
  if (!knobs.variance) set("beta", tau);
  else {
    set("sigma2", tau / next.beta);
    if (next.sigma2 !== short(tau / next.beta)) set("beta", tau / next.sigma2);
  }
  return next;
}

// With τ held, β and σ² move against each other; where the partner's slider ends, both stop.
export function held(settings, name, tau, { limits, knobs }) {
  const other = { beta: "sigma2", sigma2: "beta" }[name];
  if (settings.hold !== "tau" || !other || !knobs.moves) return settings;
  const partner = between(tau / settings[name], limits[other]);
  return { ...settings, [other]: partner, [name]: between(tau / partner, limits[name]) };
}

function between(value, [low, high]) {
  return Number(Math.min(high, Math.max(low, value)).toPrecision(6));
}

function short(value) {
  return Number(value.toPrecision(3));
}
