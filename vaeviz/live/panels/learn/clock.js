// How long each stage has taken: a clock that runs for one stage at a time.

const MINUTE = 60_000; // ms
const MOST = 24 * 60 * MINUTE; // a stage that took longer was forgotten

export class Clock {
  // spent: milliseconds of each stage, from a text that may hold anything
  constructor(stages, spent, now = () => Date.now()) {
    const fine = (ms) => typeof ms === "number" && ms >= 0 && ms < MOST;
    const given = Array.isArray(spent) ? spent : [];
    this.past = Array.from({ length: stages }, (_, k) => (fine(given[k]) ? given[k] : 0));
    Object.assign(this, { now, since: null, stage: 0 });
  }

  get running() {
    return this.since !== null;
  }

  get spent() {
    return this.past.map((_, k) => this.of(k));
  }

  of(stage) {
    const running = this.running && stage === this.stage;
    return this.past[stage] + (running ? this.now() - this.since : 0);
  }

  turn(stage) {
    if (this.running) this.stop();
    else Object.assign(this, { stage, since: this.now() });
  }

  // Another stage: a clock that runs goes on there.
  goes(stage) {
    const { running } = this;
    if (running) this.stop();
    if (running) this.turn(stage);
  }

  stop() {
    this.past[this.stage] = this.of(this.stage);
    this.since = null;
  }

  left(stage, minutes) {
    return minutes * MINUTE - this.of(stage);
  }

  // "11:59 left of 12 min", or by how much it is over.
  face(stage, minutes) {
    const left = this.left(stage, minutes);
    const seconds = left < 0 ? Math.floor(-left / 1000) : Math.ceil(left / 1000);
    const shown = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    return left < 0 ? `${shown} over ${minutes} min` : `${shown} left of ${minutes} min`;
  }
}
