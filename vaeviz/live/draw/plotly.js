// Plotly, which draws the axes: loaded once per browser page, from our server.

let loading = null;

export function load() {
  loading ??= new Promise((loaded, failed) => {
    const script = Object.assign(document.createElement("script"), {
      src: new URL("../plotly.min.js", import.meta.url).href,
      onload: loaded,
      onerror: () => {
        script.remove();
        loading = null; // the next frame tries again
        failed(new Error("Plotly cannot be loaded"));
      },
    });
    document.head.appendChild(script);
  });
  return loading;
}
