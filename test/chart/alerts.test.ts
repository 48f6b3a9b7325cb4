import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { createMetrics } from '../../src/http/metrics/metrics.ts'
import { CHART } from '../../tools/chart/helm.ts'
import { aLedger, readOptions } from '../http/fleet-fixture.ts'
import { theFleet } from '../http/story.ts'
import { ALERT_CASES } from './alert-cases.ts'
import { helm, render, theOne, WITHOUT_HELM, type Manifest } from './render.ts'

const promtool = spawnSync('promtool', ['--version']).status === 0
const WITHOUT_PROMTOOL = promtool ? '' : ' (skipped: no promtool; the Debian package prometheus has it)'

const rulesOf = (yaml = ''): readonly Manifest[] =>
  theOne(render(`metrics: { rules: { enabled: true${yaml} } }`), 'PrometheusRule').spec.groups[0].rules
const rules = helm ? rulesOf() : []
const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')

async function metricNames(): Promise<Set<string>> {
  await using ledger = await aLedger()
  const { registry } = createMetrics({
    ...readOptions([theFleet()], ledger),
    version: '0.1.0',
    queueDepth: () => 0,
    readiness: () => ({ conditions: [] }),
  })
  const all = await registry.getMetricsAsJSON()
  return new Set(
    all.flatMap(({ name, type }) => (String(type) === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name])),
  )
}

const metricsIn = (text: string): string[] => [...new Set(text.match(/\bkedge_[a-z_]+/g) ?? [])]

/** What promtool says of the rules under these tests; empty where all hold. */
function promtoolSays(tests: unknown): string {
  const folder = mkdtempSync(join(tmpdir(), 'kedge-alerts-'))
  try {
    writeFileSync(join(folder, 'rules.yaml'), stringify({ groups: [{ name: 'kedge', rules }] }))
    writeFileSync(join(folder, 'test.yaml'), stringify({ rule_files: ['rules.yaml'], evaluation_interval: '1m', tests }))
    const { status, stdout, stderr } = spawnSync('promtool', ['test', 'rules', 'test.yaml'], { cwd: folder, encoding: 'utf8' })
    return status === 0 ? '' : stdout + stderr
  } finally {
    rmSync(folder, { recursive: true })
  }
}

describe.runIf(helm)(`the alerts of the chart${WITHOUT_HELM}`, () => {
  it('are those of docs/metrics.md', () => {
    const listed = [...read('docs/metrics.md').matchAll(/^\| `(Kedge\w+)` \| (\w+) /gm)].map(([, name, severity]) => [name, severity])
    expect(rules.map(({ alert, labels }) => [alert, labels.severity])).toEqual(listed)
  })

  it('each link to their heading in the runbook', () => {
    const anchors = [...read('docs/runbook.md').matchAll(/^##+ (.+)$/gm)].map(([, heading = '']) =>
      heading.toLowerCase().replaceAll(' ', '-'),
    )
    for (const { alert, annotations } of rules) {
      const [page, anchor] = annotations.runbook_url.split('#')
      expect(page).toMatch(/\/docs\/runbook\.md$/)
      expect([alert, anchors.includes(anchor)]).toEqual([alert, true])
    }
  })

  it('ask only for metrics that Kedge has', async () => {
    const known = await metricNames()
    expect(metricsIn(JSON.stringify(rules)).filter((name) => !known.has(name))).toEqual([])
  })

  it('take the limits of the values, and labels and rules of yours', () => {
    const tuned = rulesOf(', exposureMinutes: 5, storm: 3, alertLabels: { team: ops }, extra: [{ alert: Mine, expr: vector(1) }]')
    const exprOf = (name: string): string => tuned.find(({ alert }) => alert === name).expr
    expect(exprOf('KedgeExposureOverLimit')).toMatch(/> 300$/)
    expect(exprOf('KedgeStorm')).toMatch(/>= 3$/)
    expect(tuned[0].labels).toEqual({ severity: 'critical', team: 'ops' })
    expect(tuned.at(-1).alert).toBe('Mine')
  })

  describe.runIf(promtool)(`run by promtool${WITHOUT_PROMTOOL}`, () => {
    it.each(ALERT_CASES)('$rule', ({ series, at, fires }) => {
      const alive = { series: 'kedge_build_info{version="0.1.0"}', values: '1x600' }
      const input = [...(series.some((one) => one.series.startsWith('kedge_build_info')) ? [] : [alive]), ...series]
      const tests = rules.map(({ alert, labels }) => {
        const expected = fires.filter((one) => one.alert === alert)
        const exp_alerts = expected.map((one) => ({
          exp_labels: { ...labels, ...one.labels },
          exp_annotations: filledIn(
            rules.find((rule) => rule.alert === alert),
            one,
          ),
        }))
        return {
          interval: '1m',
          input_series: input,
          alert_rule_test: [{ eval_time: at, alertname: alert, ...(expected.length > 0 && { exp_alerts }) }],
        }
      })
      expect(promtoolSays(tests)).toBe('')
    })

    it('is red where an alert does not fire', () => {
      const tests = [{ interval: '1m', input_series: [], alert_rule_test: [{ eval_time: '1h', alertname: 'KedgeAbsent' }] }]
      expect(promtoolSays(tests)).toContain('KedgeAbsent')
    })

    it('has for every alert a case in which it fires', () => {
      expect(new Set(ALERT_CASES.flatMap(({ fires }) => fires.map(({ alert }) => alert)))).toEqual(new Set(rules.map(({ alert }) => alert)))
    })
  })
})

/** The annotations as Prometheus fills them in. */
function filledIn(
  { annotations }: Manifest,
  { labels = {}, value = '', duration = '' }: { labels?: Record<string, string> | undefined; value?: string; duration?: string },
): Record<string, string> {
  const fill = (text: string): string =>
    text
      .replaceAll(/\{\{ \$labels\.(\w+) \}\}/g, (_, name: string) => labels[name] ?? '')
      .replaceAll('{{ $value | humanizeDuration }}', duration)
      .replaceAll('{{ $value }}', value)
  return Object.fromEntries(Object.entries(annotations as Record<string, string>).map(([name, text]) => [name, fill(text)]))
}

describe('the dashboard', () => {
  const dashboard = readFileSync(join(CHART, 'dashboards/kedge.json'), 'utf8')

  it('asks only for metrics that Kedge has, and shows all of them but the version, the conditions and the chain', async () => {
    const known = await metricNames()
    const asked = metricsIn(dashboard)
    expect(asked.filter((name) => !known.has(name))).toEqual([])
    const shown = new Set(asked.map((name) => name.replace(/_(?:bucket|sum|count)$/, '')))
    const missing = [...known].map((name) => name.replace(/_(?:bucket|sum|count)$/, '')).filter((name) => !shown.has(name))
    expect(new Set(missing)).toEqual(
      new Set([
        'kedge_build_info',
        'kedge_condition',
        'kedge_checkpoints_total',
        'kedge_checkpoint_record',
        'kedge_ledger_unverified_records',
        'kedge_releases_open',
        'kedge_pull_request_oldest_seconds',
        'kedge_restores_overdue',
        'kedge_storms_holding',
        'kedge_quarantines',
      ]),
    )
  })

  it('has panels that do not lie on one another', () => {
    const { panels } = JSON.parse(dashboard) as { panels: { title: string; gridPos: { x: number; y: number; w: number; h: number } }[] }
    const fields = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, at) => `${x + (at % w)},${y + Math.floor(at / w)}`),
    )
    expect(new Set(fields).size).toBe(fields.length)
  })

  it.runIf(helm)(`comes with the chart as it is${WITHOUT_HELM}`, () => {
    const objects = render('metrics: { dashboard: { enabled: true } }')
    const { data } = objects.find(({ metadata }) => metadata.name === 'kedge-dashboard')
    expect(JSON.parse(data['kedge.json'])).toEqual(JSON.parse(dashboard))
  })
})
