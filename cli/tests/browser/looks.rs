//! Whether a page fits, and whether it can be read.

use crate::chrome::Browser;

/// Whether nothing sticks out of the page to the side.
pub const FITS: &str = "document.documentElement.scrollWidth <= innerWidth";

/// Texts whose contrast with what is behind them is below 4.5 to 1 (3 to 1 if they are large): WCAG 2.2, level AA.
pub const FAINT: &str = "(() => {
  const channels = (color) => color.match(/[\\d.]+/g).map(Number);
  const light = (color) => {
    const [r, g, b] = channels(color).map((part) => part / 255)
      .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const color = getComputedStyle(at).backgroundColor;
      if (channels(color)[3] !== 0) return color;
    }
    return 'rgb(255, 255, 255)';
  };
  const faint = new Set();
  for (const element of document.querySelectorAll('body *')) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    if (!own || !element.checkVisibility() || /SCRIPT|NOSCRIPT/.test(element.tagName)) continue;
    const style = getComputedStyle(element);
    // Texts of pictures are filled, and some stand in a lit box.
    const picture = element.closest('svg');
    const ink = picture ? style.fill : style.color;
    const lit = picture && element.matches('.on') && picture.querySelector('.lit');
    const paper = lit ? getComputedStyle(lit).fill : behind(element);
    const [a, b] = [light(ink), light(paper)].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < (parseFloat(style.fontSize) >= 24 ? 3 : 4.5)) {
      faint.add(`${element.tagName}.${element.className} ${ratio.toFixed(2)}`);
    }
  }
  return [...faint].join(', ');
})()";

/// Checks that a page fits and can be read, light and dark, on a screen and on a phone.
#[track_caller]
pub fn check_looks(browser: &mut Browser) {
    check_looks_with(browser, "200%");
}

/// The same for a page whose text is twice its size when that of the root is `twice`.
#[track_caller]
pub fn check_looks_with(browser: &mut Browser, twice: &str) {
    for dark in [false, true] {
        for (width, height) in [(1400, 900), (360, 740)] {
            browser.look(width, height, dark);
            assert_eq!(browser.eval(FITS), true, "at a width of {width}");
            assert_eq!(browser.text(FAINT), "", "faint texts (dark: {dark})");
        }
    }
    // Text at twice its size still fits beside nothing else.
    browser.look(720, 900, false);
    browser.eval(&format!("document.documentElement.style.fontSize = '{twice}'; dispatchEvent(new Event('resize'))"));
    assert_eq!(browser.eval(FITS), true, "with text at twice its size");
    browser.eval("document.documentElement.style.fontSize = ''");
    browser.look(1400, 900, false);
}
