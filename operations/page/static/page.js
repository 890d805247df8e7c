// Niceties only: without this file every link and form of the page works all the same.
(() => {
  const panel = () => document.getElementById("panel");
  let opener = null;

  const close = () => {
    panel().replaceChildren();
    if (opener && opener.isConnected) opener.focus();
  };

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && panel().hasChildNodes()) close();
  });

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (!link) return;
    if (link.dataset.close !== undefined && panel().contains(link)) {
      event.preventDefault();
      close();
      return;
    }
    // Airflow's frame is not allowed to open windows or to replace the page around it; that page itself is.
    if (link.target && window !== window.parent) {
      event.preventDefault();
      const outside = window.parent.document.createElement("a");
      outside.href = link.href;
      outside.target = link.target;
      outside.rel = "noopener";
      outside.click();
    }
  });

  document.addEventListener("htmx:beforeRequest", (event) => {
    const from = event.detail.elt;
    if (from instanceof HTMLElement && !panel().contains(from)) opener = from;
  });

  // On a narrow screen the quarter that is looked at lies outside the table's frame.
  const showQuarter = () => {
    const frame = document.querySelector(".scroll");
    const now = frame?.querySelector("thead .now");
    if (now) frame.scrollLeft = now.offsetLeft + now.offsetWidth - frame.clientWidth;
  };
  showQuarter();

  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target.id === "grid") showQuarter();
    if (event.detail.target === panel()) {
      panel().scrollTop = 0;
      panel().querySelector("h2")?.focus();
    }
  });
})();
