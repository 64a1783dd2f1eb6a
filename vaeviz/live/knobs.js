// Settings as places on a plane whose axes stand for them, and back: τ = βσ² is one, and β where there is no σ².

const GAUSSIAN = ["gaussian", "gaussian-optimal"];
const SYMBOLS = { beta: "β", sigma2: "σ²", d: "d" };

// Where the settings are along the axis of this name.
export function along(name, settings) {
  if (name !== "tau") return settings[name];
  return settings.beta * (GAUSSIAN.includes(settings.decoder) ? settings.sigma2 : 1);
}

export function symbol(name, { decoder }) {
  return SYMBOLS[name] ?? (GAUSSIAN.includes(decoder) ? "τ" : "β");
}

// The settings at this place; τ is had by σ², then by β where σ² ends. An axis without a value stays.
export function steered(settings, { tau, ...given }, limits) {
  const next = { ...settings },
    set = (name, value) => {
      next[name] = between(short(value), limits[name]);
    };
  if (next.decoder === "gaussian-optimal") next.decoder = "gaussian"; // its σ² would not stay where the hand is
  for (const [name, value] of Object.entries(given)) {
    if (value !== undefined) set(name, name === "d" ? Math.round(value) : value);
  }
  if (tau === undefined) return next;
  if (next.decoder !== "gaussian") set("beta", tau);
  else {
    set("sigma2", tau / next.beta);
    if (next.sigma2 !== short(tau / next.beta)) set("beta", tau / next.sigma2);
  }
  return next;
}

export function between(value, [low, high]) {
  return Number(Math.min(high, Math.max(low, value)).toPrecision(6));
}

function short(value) {
  return Number(value.toPrecision(3));
}
