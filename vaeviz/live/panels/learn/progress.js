// What a user knows: of each question or card its box, from 1 (missed) to 5 (Leitner 1972). A
// question of box b comes back 2^(b - 1) quizzes later. Kept in this browser; a file of it can be
// saved and read, and what is read is checked: it is as untrusted as anything from outside.

const KEY = "vaeviz-progress";
const KIND = "vaeviz progress";
const TOP = 5;
const ID = /^[a-z0-9-]{1,60}$/;
const ENTRIES = 1000;
const MOST = 1_000_000; // a count that is larger is no count
export const LARGEST = 200_000; // characters of a file

export class Progress {
  // kept: {keep, remembered}
  constructor(kept) {
    Object.assign(this, { kept, boxes: new Map(), round: 0 });
    const text = kept.remembered(KEY);
    if (text) this.read(text);
  }

  // A saved text; the number of entries taken, or -1 where it is no progress.
  read(text) {
    if (text.length > LARGEST) return -1;
    let saved;
    try {
      saved = JSON.parse(text);
    } catch {
      return -1;
    }
    if (saved?.kind !== KIND || typeof saved.boxes !== "object" || !saved.boxes) return -1;
    const boxes = new Map();
    for (const [id, entry] of Object.entries(saved.boxes).slice(0, ENTRIES)) {
      const taken = ID.test(id) ? checked(entry) : null;
      if (taken) boxes.set(id, taken);
    }
    this.boxes = boxes;
    this.round = count(saved.round) ?? 0;
    return boxes.size;
  }

  // A file that was loaded takes the place of what was there.
  load(text) {
    const taken = this.read(text);
    if (taken >= 0) this.save();
    return taken;
  }

  forget() {
    Object.assign(this, { boxes: new Map(), round: 0 });
    this.save();
  }

  save() {
    this.kept.keep(KEY, this.text());
  }

  text() {
    const { round, boxes } = this;
    return JSON.stringify({ kind: KIND, version: 1, round, boxes: Object.fromEntries(boxes) });
  }

  // A new quiz begins.
  begin() {
    this.round += 1;
    this.save();
  }

  // `again`: its answer was on the screen a minute ago, so knowing it now raises no box.
  note(id, right, again = false) {
    const { box = 0, seen = 0, good = 0 } = this.boxes.get(id) ?? {};
    const raised = Math.min(TOP, Math.max(box, 1) + (again ? 0 : 1));
    this.boxes.set(id, {
      box: right ? raised : 1,
      seen: seen + 1,
      good: good + (right ? 1 : 0),
      last: this.round,
    });
    this.save();
  }

  missed(id) {
    return this.boxes.get(id)?.box === 1;
  }

  known(id) {
    return this.boxes.get(id)?.box > 1;
  }

  seen(id) {
    return this.boxes.has(id);
  }

  // Sorts, for this round: what is due, the lowest box first; what is new; what is not due yet.
  rank(id, round) {
    const entry = this.boxes.get(id);
    if (!entry) return TOP + 1;
    const due = round >= entry.last + 2 ** (entry.box - 1);
    return due ? entry.box : TOP + 1 + entry.box;
  }
}

function checked(entry) {
  const { box, seen, good, last } = entry ?? {};
  const counts = [seen, good, last].map(count);
  if (!Number.isInteger(box) || box < 1 || box > TOP || counts.includes(null)) return null;
  return { box, seen, good: Math.min(good, seen), last };
}

function count(value) {
  return Number.isInteger(value) && value >= 0 && value <= MOST ? value : null;
}
