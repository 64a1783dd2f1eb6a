"""The cells of the notebook that makes a view again, as text; they hold no value from outside.

The first code cell, which notebook.py writes, sets data_set, most, d, point, a, b,
extent, and where there are such: checkpoint, sha256, tau, dims, enough.
"""

from __future__ import annotations

TITLE = """
# A view of a latent space

The same model, examples, map, point and traversals as on vaeviz's page “Latent space”.
Put this file into vaeviz's folder, beside `explorer_app.py`, and open it with that folder's Python:

    .venv/bin/python -m pip install notebook
    .venv/bin/python -m notebook
"""

EXAMPLES = """
examples = vaeviz.load(data_set)
x = np.concatenate([examples.held_out, examples.train])[:most]  # (N, D)
labels = np.concatenate([examples.held_out_labels, examples.train_labels])[:most]  # (N,)
x.shape
"""

CHECKPOINT = """
model = vaeviz.open_checkpoint(checkpoint{at})
assert model.manifest.sha256 == sha256, "the model was made again since: another view"
model.source
"""

CLOSED_FORM = """
model = vaeviz.closed_form(examples, tau, d)
model.source
"""

CODES = """
mu, logvar = model.encode(x)  # (N, d) each
sigma = np.exp(logvar / 2)
n = len(examples.held_out)
weight = vaeviz.kl_per_dimension(mu[:n], logvar[:n])  # (d,): nats, mean KL(q(z_j|x) ‖ p(z_j))
weight.round(3)
"""

PLAIN_CODES = """
mu, _ = model.encode(x)  # (N, d): a plain autoencoder has no σ
weight = mu.var(0)  # (d,)
weight.round(3)
"""

MAPS = {
    "dims": (
        """
points, marked = mu[:, dims], point[dims]  # (N, 2), (2,)
ab = points[[a, b]]  # (2, 2): the examples A and B
prior = np.zeros(2)  # its centre
names = [f"z{k + 1} (prior standard deviations)" for k in dims]
"""
    ),
    "pca": (
        """
plane = vaeviz.principal(mu)  # the two principal axes of the codes
points, marked = plane.points(mu), plane.points(point)  # (N, 2), (2,)
ab = points[[a, b]]  # (2, 2): the examples A and B
prior = plane.points(np.zeros(d))  # (2,): its centre
names = plane.names
"""
    ),
    "tsne": (
        """
few = mu[:enough]
# (N', 2), after some seconds: of the first examples, for which there is time
points = vaeviz.tsne(few).points
at = [((few - z) ** 2).sum(1).argmin() for z in (point, mu[a], mu[b])]  # the nearest of them
marked, ab = points[at[0]], points[at[1:]]  # (2,), (2, 2): the point, and the examples A and B
names = ["t-SNE (only neighbourhoods count)", ""]
"""
    ),
}

DRAWN = """
import plotly.graph_objects as go

colours = vaeviz.LIGHT
figure = go.Figure()
for k, name in enumerate(examples.class_names):
    one = points[labels[: len(points)] == k]
    figure.add_scatter(x=one[:, 0], y=one[:, 1], mode="markers", name=name,
                       marker={"size": 4, "color": colours.classes[k % len(colours.classes)]})
figure.add_scatter(x=ab[:, 0], y=ab[:, 1], mode="markers+text", name="examples",
                   text=["A", "B"], textposition="top right", textfont_size=22,
                   marker_color=colours.ink)
figure.add_scatter(x=[marked[0]], y=[marked[1]], mode="markers", name="the point",
                   marker={"symbol": "cross", "size": 14, "color": colours.ink})
figure.update_layout(template="plotly_white", width=680, height=600)
figure.update_xaxes(title=names[0])
figure.update_yaxes(title=names[1], scaleanchor="x")
"""

CIRCLES = """
for r in (1, 2):  # the prior at 1σ and 2σ
    low, high = prior - r, prior + r
    figure.add_shape(type="circle", x0=low[0], y0=low[1], x1=high[0], y1=high[1],
                     line_color=colours.prior)
"""

ELLIPSES = """
for n in (a, b):
    for r in (1, 2):  # a posterior at 1σ and 2σ, to scale
        low, high = points[n] - r * sigma[n, dims], points[n] + r * sigma[n, dims]
        figure.add_shape(type="circle", x0=low[0], y0=low[1], x1=high[0], y1=high[1],
                         line_color=colours.ink)
"""

CENTRES = {"point": "point", "a": "mu[a]", "b": "mu[b]", "origin": "np.zeros(d)"}

TRAVERSALS = """
centre = {centre}
offsets = np.linspace(-extent, extent, 11)
order = np.argsort(-weight, kind="stable")  # the largest KL (or variance) first
codes = np.tile(centre, (d, 11, 1))  # row r: the centre, with dimension order[r] moved
for row, k in zip(codes, order):
    row[:, k] += offsets
rows = model.decode(codes.reshape(-1, d)).reshape(d, 11, -1)  # (d, 11, D)
rows.shape
"""

PICTURES = """
(h, w), (low, high) = examples.shape, examples.value_range
mosaic = rows.reshape(d, 11, h, w).swapaxes(1, 2).reshape(d * h, 11 * w)
figure = go.Figure()
figure.add_heatmap(z=mosaic, zmin=low, zmax=high,
                   colorscale="gray", showscale=False)
figure.update_xaxes(tickvals=w * np.arange(11) + (w - 1) / 2, ticktext=offsets.round(2),
                    title="moved by (prior standard deviations)", constrain="domain")
figure.update_yaxes(tickvals=h * np.arange(d) + (h - 1) / 2, ticktext=[f"z{k + 1}" for k in order],
                    autorange="reversed", scaleanchor="x")
figure.update_layout(template="plotly_white", width=720, height=160 + 50 * d)
figure
"""

PATHS = """
figure = go.Figure()
figure.add_scatter(x=x[:, 0], y=x[:, 1], mode="markers", name="data", marker_color=colours.grid)
for k, row in zip(order, rows):
    figure.add_scatter(x=row[:, 0], y=row[:, 1], mode="lines+markers", name=f"z{k + 1} moved")
figure.update_layout(template="plotly_white", width=680, height=600)
figure
"""
