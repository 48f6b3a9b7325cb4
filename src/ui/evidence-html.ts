import { renderChart } from './chart-html.ts'
import { html, type Html } from './html.ts'
import { renderTime } from './layout.ts'
import type { MeasuredMetric } from './measurements.ts'
import type { EvidenceRow, ReleasePage } from './release-page.ts'
import type { StepCell } from './steps.ts'
import { renderTable } from './table-html.ts'

/** What was recorded of the failure, and every measurement that the cluster still has. */
export function renderMeasurements({ evidence, measurements }: ReleasePage): Html {
  const gone =
    measurements.length === 0 && html`<p class="lead">Nothing more is known of what was measured: the cluster has the runs no more.</p>`
  return html`${evidence.length > 0 && renderEvidence(evidence)} ${gone} ${measurements.map(renderMetric)}`
}

function renderMetric(metric: MeasuredMetric): Html {
  const { condition, counts, measured, isCut } = metric
  const cut = isCut && html`<small>The controller keeps the last ${measured.length} of them.</small>`
  const rows = measured.map(
    ({ at, value, phase, isGood }) =>
      html`<tr class="${isGood ? 'tone-good' : 'tone-bad'}">
        <td>${at === undefined ? '–' : renderTime(at)}</td>
        <td><code>${value}</code></td>
        <td class="phase">${phase}</td>
      </tr>`,
  )
  return html`<section class="metric tone-${metric.tone}">
    <h3><span>${metric.metric}</span> <span class="phase">${metric.phase}</span> <small>${metric.source}</small></h3>
    <p><code>${condition}</code> · ${counts}. ${cut}</p>
    <div class="measured">
      ${renderChart(metric)} ${rows.length > 0 && renderTable(`Measurements of ${metric.metric}`, ['Time', 'Value', 'Phase'], rows)}
    </div>
  </section>`
}

function renderEvidence(rows: readonly EvidenceRow[]): Html {
  return renderTable(
    'What failed, as it was recorded',
    ['Metric', 'Value', 'Condition', 'Failed', 'Limit', 'Phase', 'AnalysisRun'],
    rows.map(
      (row) =>
        html`<tr>
          <th scope="row">${row.metric}</th>
          <td><code>${row.value}</code></td>
          <td><code>${row.condition}</code></td>
          <td>${row.counts}</td>
          <td>${row.limit}</td>
          <td>${row.phase}</td>
          <td><small>${row.source}</small></td>
        </tr>`,
    ),
  )
}

const STANDING_WORDS: Readonly<Record<StepCell['standing'], string>> = {
  done: 'done',
  now: 'at this step',
  failed: 'failed here',
  ahead: 'not reached',
  unknown: '',
}

/** The canary's steps in a row, as high as their weights. */
export function renderSteps(steps: readonly StepCell[]): Html {
  const cells = steps.map(
    ({ words, weight, standing }, index) =>
      html`<li class="step-${standing}">
        <svg class="weight" viewBox="0 0 10 40" preserveAspectRatio="none" aria-hidden="true">
          <rect x="0" y="${40 - Math.max(2, weight * 0.4)}" width="10" height="${Math.max(2, weight * 0.4)}" />
        </svg>
        <b>${index + 1}. ${words}</b><small>${STANDING_WORDS[standing]}</small>
      </li>`,
  )
  return html`<ol class="steps">
    ${cells}
  </ol>`
}
