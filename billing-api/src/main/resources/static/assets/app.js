// What pages do beside what htmx does for them: charts, copying, and forms that begin anew. No code comes from markup.
(() => {
  'use strict';

  const charts = [];

  const color = (element, name) => getComputedStyle(element).getPropertyValue(name).trim();

  const usd = (value) => value === 0 ? '$0' : value >= 0.01 ? '$' + value.toFixed(value >= 100 ? 0 : 2) : '$' + Number(value.toPrecision(2));

  const day = (seconds) => new Date(seconds * 1000).toLocaleDateString('en-GB', {day: 'numeric', month: 'short', timeZone: 'UTC'});

  // Bars on top of each other: the highest sum is drawn first, and each one below it over that.
  const stacked = (chart) => {
    const sums = chart.days.map(() => 0);
    return chart.series.map((series) => series.spendUsd.map((amount, at) => sums[at] += Number(amount))).reverse();
  };

  const draw = (element) => {
    const chart = JSON.parse(element.dataset.chart);
    if (chart.series.length === 0 || element.clientWidth === 0) {
      element.hidden = chart.series.length === 0;
      return;
    }
    const muted = color(element, '--muted');
    const line = color(element, '--line');
    const bars = uPlot.paths.bars({size: [0.7, 28], radius: 0});
    const axis = {stroke: muted, grid: {stroke: line, width: 1}, ticks: {show: false}, font: '11px system-ui, sans-serif'};
    const plot = new uPlot({
      width: element.clientWidth,
      height: 190,
      legend: {show: false},
      cursor: {show: false},
      padding: [8, 8, 0, 0],
      scales: {x: {time: false, range: (u, low, high) => [low - 43200, high + 43200]}, y: {range: (u, low, high) => [0, high > 0 ? high * 1.05 : 1]}},
      axes: [
        {...axis, size: 26, grid: {show: false}, values: (u, splits) => splits.map(day), space: 60, incrs: [1, 2, 5, 7, 14, 30].map((days) => days * 86400)},
        {...axis, values: (u, splits) => splits.map(usd), size: 56},
      ],
      series: [{}, ...chart.series.map((series, at) => ({
        paths: bars,
        points: {show: false},
        fill: color(element, '--s' + (chart.series.length - 1 - at)),
        width: 0,
      }))],
    }, [chart.days.map((text) => Date.parse(text + 'T00:00:00Z') / 1000), ...stacked(chart)], element);
    charts.push({element, plot});
  };

  const drawAll = () => {
    charts.splice(0).forEach((chart) => chart.plot.destroy());
    document.querySelectorAll('[data-chart]').forEach(draw);
  };

  const copy = async (button) => {
    const source = document.getElementById(button.dataset.copy);
    try {
      await navigator.clipboard.writeText(source.textContent);
      button.textContent = 'Copied';
    } catch {
      // Without leave to write, or over plain http: selected, it is one key press away.
      getSelection().selectAllChildren(source);
      button.textContent = 'Selected: press Ctrl+C';
    }
  };

  document.addEventListener('click', (event) => {
    const button = event.target.closest('[data-copy]');
    if (button) {
      copy(button);
    }
    document.querySelectorAll('details.switch[open]').forEach((menu) => {
      if (!menu.contains(event.target)) {
        menu.open = false;
      }
    });
  });

  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') {
      document.querySelectorAll('details.switch[open]').forEach((menu) => {
        menu.open = false;
        menu.querySelector('summary').focus();
      });
    }
  });

  // What is refused is told in the form that asked, if it has a place for that, and what it was to replace stays.
  document.addEventListener('htmx:beforeSwap', (event) => {
    const place = event.detail.xhr.getResponseHeader('Refused') && event.detail.elt.querySelector('.answer');
    if (place) {
      event.detail.target = place;
      event.detail.swapOverride = 'innerHTML';
    }
  });

  // A form that nobody answered, or not we: whether it was done is not known. Parts that bring themselves up to date ask again.
  const unanswered = (event) => {
    const {elt, target, xhr, requestConfig} = event.detail;
    const place = elt.querySelector('.answer') || (requestConfig.verb === 'get' ? null : target);
    if (place && (xhr.status === 0 || xhr.status >= 500)) {
      const line = document.createElement('p');
      line.className = 'refusal';
      line.setAttribute('role', 'alert');
      line.textContent = 'The service did not answer. See whether it was done before you try again.';
      place.replaceChildren(line);
    }
  };
  document.addEventListener('htmx:sendError', unanswered);
  document.addEventListener('htmx:responseError', unanswered);

  document.addEventListener('htmx:afterRequest', (event) => {
    const form = event.detail.elt.closest('[data-reset]');
    if (form && event.detail.successful && event.detail.target.querySelector('.made')) {
      form.reset();
    }
  });

  // On a phone the pages are a row that is wider than the window.
  const showCurrent = () => document.querySelectorAll('.side nav [aria-current]').forEach((link) => {
    const row = link.parentElement;
    row.scrollLeft = link.offsetLeft - row.offsetLeft - (row.clientWidth - link.offsetWidth) / 2;
  });

  let width = 0;
  new ResizeObserver(() => {
    if (document.body.clientWidth !== width) {
      width = document.body.clientWidth;
      drawAll();
      showCurrent();
    }
  }).observe(document.body);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', drawAll);
})();
