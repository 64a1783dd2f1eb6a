// The current value, in words, of what a text names: a setting, τ, or a read-out such as "R (nats)"
// by its first word. Twins have two.

export function value(name, { message, settings }) {
  const { readouts = [] } = message;
  const row = readouts.find(([label]) => label === name || label.startsWith(`${name} `));
  if (row) return [row[1]].flat().join(" | ");
  const setting = name === "tau" ? settings.beta * settings.sigma2 : settings[name];
  if (setting === undefined) return "…";
  return typeof setting === "number" ? String(Number(setting.toPrecision(3))) : String(setting);
}
