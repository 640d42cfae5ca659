// The page is whole without this: it shows one object at a time, and moves by keys.
'use strict';
(() => {
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const objects = all('.object');
  const links = all('.tree a');
  const everything = document.getElementById('all');
  const detail = document.getElementById('detail');
  const filter = document.getElementById('filter');
  document.documentElement.classList.add('js');

  // show shows the object that an anchor is in, and marks the line that it is.
  const show = (id) => {
    const target = document.getElementById(id);
    const object = target && target.closest('.object');
    if (!object && id) return false;
    const shown = object || objects[0];
    objects.forEach((o) => { o.hidden = o !== shown && everything.ariaPressed !== 'true'; });
    links.forEach((a) => {
      if (a.hash === '#' + shown.id) a.setAttribute('aria-current', 'true');
      else a.removeAttribute('aria-current');
    });
    all('.seen').forEach((l) => l.classList.remove('seen'));
    if (target && target !== object) target.classList.add('seen');
    return Boolean(object);
  };

  // reveal brings what is shown into view, and leaves the picture where it is: beside it
  // only the objects move.
  const reveal = (id) => {
    const target = document.getElementById(id);
    if (getComputedStyle(detail).position !== 'sticky') target.scrollIntoView();
    else detail.scrollTop = target.matches('.object') && everything.ariaPressed !== 'true' ? 0 : detail.scrollTop + target.getBoundingClientRect().top - detail.getBoundingClientRect().top - 90;
  };

  // only dims the lines that another kind of source has set.
  const only = (button) => {
    const pressed = button.ariaPressed !== 'true';
    all('[data-source]').forEach((b) => { b.ariaPressed = String(b === button && pressed); });
    all('.yaml li').forEach((l) => l.classList.toggle('dim', pressed && !l.classList.contains('w-' + button.dataset.source)));
  };

  // sift hides what neither has a text in its name, nor has anything on its way that does.
  const sift = (text) => {
    const wanted = text.trim().toLowerCase();
    const named = (e) => e.dataset.name.toLowerCase().includes(wanted);
    const visit = (item, within) => {
      const found = within || named(item);
      let some = found;
      all(':scope > ul > li[data-name]', item).forEach((below) => { some = visit(below, found) || some; });
      all(':scope > ul > .leaves > a', item).forEach((a) => { a.hidden = !found && !named(a); some = some || !a.hidden; });
      all(':scope > ul > .leaves', item).forEach((l) => { l.hidden = !l.querySelector('a:not([hidden])'); });
      item.hidden = !some;
      return some;
    };
    all('.tree > li').forEach((root) => visit(root, false));
  };

  // step moves the focus from one object of the picture to the next one.
  const step = (by) => {
    const visible = links.filter((a) => a.offsetParent);
    const next = visible[visible.indexOf(document.activeElement) + by];
    if (next) next.focus();
  };

  document.addEventListener('click', (e) => {
    const a = e.target.closest('a[href^="#"]');
    if (a && show(a.hash.slice(1))) {
      e.preventDefault();
      if (a.hash !== location.hash) history.pushState(null, '', a.hash);
      reveal(a.hash.slice(1));
    }
    const button = e.target.closest('[data-source]');
    if (button) only(button);
  });
  document.addEventListener('keydown', (e) => {
    const inTree = links.includes(document.activeElement);
    if (e.key === '/' && e.target !== filter) e.preventDefault();
    if (e.key === 'Escape' && e.target === filter) { filter.value = ''; sift(''); }
    if (inTree && (e.key === 'ArrowDown' || e.key === 'ArrowUp')) { e.preventDefault(); step(e.key === 'ArrowDown' ? 1 : -1); }
  });
  document.addEventListener('keyup', (e) => {
    if (e.key === '/' && e.target !== filter) filter.focus(); // Once it is up, no letter of it comes after.
  });
  everything.addEventListener('click', () => {
    everything.ariaPressed = String(everything.ariaPressed !== 'true');
    show(location.hash.slice(1));
  });
  filter.addEventListener('input', () => sift(filter.value));
  const arrive = () => { if (show(location.hash.slice(1))) reveal(location.hash.slice(1)); };
  window.addEventListener('popstate', arrive);
  show('');
  arrive();
})();
