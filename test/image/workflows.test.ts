import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { VERSION } from '../../src/domain/program-version.ts'
import { ROOT } from './dockerfile.ts'

interface Step {
  uses?: string
  run?: string
  with?: Record<string, unknown>
}
interface Workflow {
  permissions: Record<string, string>
  jobs: Record<string, { 'timeout-minutes'?: number; steps: readonly Step[] }>
}

const folder = `${ROOT}.github/workflows/`
const workflows = readdirSync(folder).map((name) => ({ name, workflow: parse(readFileSync(folder + name, 'utf8')) as Workflow }))
const read = (path: string): string => readFileSync(ROOT + path, 'utf8')

describe.each(workflows)('the workflow $name', ({ workflow }) => {
  const jobs = Object.values(workflow.jobs)
  const steps = jobs.flatMap((job) => job.steps)

  it('may only read, unless a job says otherwise, and ends some time', () => {
    expect(workflow.permissions).toEqual({ contents: 'read' })
    expect(jobs.filter((job) => job['timeout-minutes'] === undefined)).toEqual([])
  })

  it('leaves no credential behind in a checkout, and names a version of every action', () => {
    const checkouts = steps.filter(({ uses }) => uses?.startsWith('actions/checkout@'))
    expect(checkouts.filter((step) => step.with?.['persist-credentials'] !== false)).toEqual([])
    expect(steps.flatMap(({ uses }) => uses ?? []).filter((uses) => !/@(?:v\d+|[0-9a-f]{40})$/.test(uses))).toEqual([])
  })

  it('puts nothing that a stranger can write into a shell', () => {
    expect(steps.flatMap(({ run }) => run ?? []).filter((run) => run.includes('${{'))).toEqual([])
  })
})

it('program, package and chart have one version', () => {
  const { version } = JSON.parse(read('package.json')) as { version: string }
  const chart = parse(read('charts/kedge/Chart.yaml')) as { version: string; appVersion: string }
  expect([VERSION, chart.version, chart.appVersion]).toEqual([version, version, version])
})

it('the workflows run what a developer runs', () => {
  for (const { workflow } of workflows) expect(workflow.jobs['test']?.steps.at(-1)?.run).toBe('bash .ci/run')
})
