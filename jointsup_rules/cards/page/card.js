// A page that is opened with #zh or #en shows that language.
for (const lang of ['zh', 'en']) {
  const pick = document.getElementById('pick-' + lang);
  if (location.hash.slice(1) === lang) pick.checked = true;
}
document.documentElement.dataset.ready = 'yes';
