// Before the first paint, so that a chosen theme never flashes. The same key is written by src/stores/device.ts.
(function () {
  try {
    var saved = JSON.parse(localStorage.getItem('vigil.device') || '{}');
    var theme = saved.state && saved.state.theme;
    if (theme === 'dark' || theme === 'light') document.documentElement.dataset.theme = theme;
  } catch {
    // Storage is off or broken: follow the system.
  }
})();
