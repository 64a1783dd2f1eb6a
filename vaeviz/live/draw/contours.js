// Contour lines of a grid by marching squares (Lorensen & Cline 1987, in the plane).

// z (rows × columns, lowest row first) over x [x0, x1] and y [y0, y1]: strokes the line where z =
// level.
export function contour(context, f, { z, x, y }, level) {
  const [rows, columns] = z.shape;
  const dx = (x[1] - x[0]) / (columns - 1);
  const dy = (y[1] - y[0]) / (rows - 1);
  const at = (c, r) => [f.px(x[0] + c * dx), f.py(y[0] + r * dy)];
  context.beginPath();
  for (let r = 0; r + 1 < rows; r++) {
    for (let c = 0; c + 1 < columns; c++) {
      const k = r * columns + c;
      const ends = crossings(
        z[k] - level,
        z[k + 1] - level,
        z[k + columns + 1] - level,
        z[k + columns] - level,
      );
      for (let e = 0; e < ends.length; e += 2) {
        context.moveTo(...at(c + ends[e][0], r + ends[e][1]));
        context.lineTo(...at(c + ends[e + 1][0], r + ends[e + 1][1]));
      }
    }
  }
}

// The points where a level crosses the edges of a cell, counter-clockwise from the lower left.
function crossings(a, b, c, d) {
  const ends = [];
  if (a > 0 !== b > 0) ends.push([a / (a - b), 0]);
  if (b > 0 !== c > 0) ends.push([1, b / (b - c)]);
  if (c > 0 !== d > 0) ends.push([1 - c / (c - d), 1]);
  if (d > 0 !== a > 0) ends.push([0, 1 - d / (d - a)]);
  return ends;
}
