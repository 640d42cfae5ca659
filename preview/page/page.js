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
    all('[data-only]').forEach((b) => { b.ariaPressed = String(b === button && pressed); });
    all('.yaml li').forEach((l) => l.classList.toggle('dim', pressed && !l.classList.contains('w-' + button.dataset.only)));
  };

  // sift hides what has a text in none of the names on its way.
  const sift = (text) => {
    const wanted = text.trim().toLowerCase();
    const named = (e) => e.dataset.name.toLowerCase().includes(wanted);
    all('.leaf').forEach((a) => { a.hidden = !named(a) && !named(a.closest('[data-name]:not(a)')); });
    all('.tree li[data-name]').reverse().forEach((l) => {
      l.hidden = !named(l) && !all('[data-name]', l).some((e) => !e.hidden) && !l.parentElement.closest('li.flat');
    });
    all('.leaves').forEach((l) => { l.hidden = !all('.leaf', l).some((a) => !a.hidden); });
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
    const button = e.target.closest('[data-only]');
    if (button) only(button);
  });
  document.addEventListener('keydown', (e) => {
    const inTree = links.includes(document.activeElement);
    if (e.key === '/' && e.target !== filter) { e.preventDefault(); filter.focus(); }
    if (e.key === 'Escape' && e.target === filter) { filter.value = ''; sift(''); }
    if (inTree && (e.key === 'ArrowDown' || e.key === 'ArrowUp')) { e.preventDefault(); step(e.key === 'ArrowDown' ? 1 : -1); }
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
