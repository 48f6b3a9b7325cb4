import { expect, it } from 'vitest'
import { manifest } from './manifest.ts'
import { createRunningStage, type StageOptions } from './stage.ts'

const job = (image: string, annotations: string): string =>
  `apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: migrate\n  annotations: {${annotations}}\nspec: {template: {image: ${image}}}\n`
const script = (sql: string, annotations: string): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: sql, annotations: {${annotations}}}\ndata: {x: ${sql}}\n`
const volumes = (size: string, image: string): string =>
  `apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: db}\nspec:\n  image: ${image}\n  volumeClaimTemplates: [{size: ${size}}]\n`
const object = (kind: string, size: string, label = 'a'): string =>
  `apiVersion: v1\nkind: ${kind}\nmetadata: {name: data, labels: {chart: ${label}}}\nspec: {size: ${size}}\n`

const SYNC = 'argocd.argoproj.io/hook: PreSync'
/** A hook's Job that mounts `sql`, and a ConfigMap of this name. */
const mounted = (name: string, sql: string): string => {
  const mounts = job('v1', SYNC).replace('image: v1', 'spec: {volumes: [{configMap: {name: sql}}]}')
  return `${mounts}---\n${script(sql, 'a: b').replace('name: sql', `name: ${name}`)}`
}

const ESCAPED = '"argocd.argoproj.io\\x2fhook": PreSync'
const LIST = `apiVersion: v1\nkind: List\nitems:\n- ${object('CustomResourceDefinition', '1').trim().replaceAll('\n', '\n  ')}\n`

type Case = readonly [what: string, before: string | null, after: string | null, named: string | undefined]

const CASES: readonly Case[] = [
  ['a Job that ran as a hook of Argo CD', job('v1', SYNC), job('v2', SYNC), 'Job migrate'],
  [
    'a Job that ran as a hook of Helm',
    job('v1', 'helm.sh/hook: "pre-install,pre-upgrade"'),
    job('v2', 'helm.sh/hook: pre-upgrade'),
    'Job migrate',
  ],
  ['a script that is a hook with its Job', script('one', SYNC), script('two', SYNC), 'ConfigMap sql'],
  ['a ConfigMap that a hook’s Job mounts', mounted('sql', 'one'), mounted('sql', 'two'), 'ConfigMap sql'],
  ['a ConfigMap beside a hook’s Job', mounted('other', 'one'), mounted('other', 'two'), undefined],
  ['a script that is no hook', script('one', 'a: b'), script('two', 'a: b'), undefined],
  ['one that holds bytes', job('!!binary aGVsbG8=', SYNC), job('!!binary d29ybGQ=', SYNC), 'Job migrate'],
  ['a new one', null, job('v2', SYNC), 'Job migrate'],
  ['one that is taken away', job('v1', SYNC), null, 'Job migrate'],
  [
    'a hook that runs only when a sync fails',
    job('v1', 'argocd.argoproj.io/hook: SyncFail'),
    job('v2', 'argocd.argoproj.io/hook: SyncFail'),
    undefined,
  ],
  ['a hook that stays as it is', job('v1', SYNC), `# as it was\n${job('v1', SYNC)}`, undefined],
  ['a Job that is no hook', job('v1', ''), job('v2', ''), undefined],
  [
    'one that says that it can be taken back',
    job('v1', SYNC),
    job('v2', `${SYNC}, kedge.dev/reversible: "true"`).replace('v2', 'v1'),
    'Job migrate',
  ],
  ['a CRD', object('CustomResourceDefinition', '1'), object('CustomResourceDefinition', '2'), 'CustomResourceDefinition data'],
  ['a CRD of which only labels change', object('CustomResourceDefinition', '1'), object('CustomResourceDefinition', '1', 'b'), undefined],
  [
    'a CRD too large to be parsed',
    null,
    `${object('CustomResourceDefinition', '2')}# ${'x'.repeat(40_000)}\n`,
    'CustomResourceDefinition data',
  ],
  ['a CRD in a list', null, LIST, 'CustomResourceDefinition data'],
  ['a Pod that ran as a hook', job('v1', SYNC).replace('Job', 'Pod'), job('v2', SYNC).replace('Job', 'Pod'), 'Pod migrate'],
  ['an Argo Workflow that did', job('v1', SYNC).replace('Job', 'Workflow'), job('v2', SYNC).replace('Job', 'Workflow'), 'Workflow migrate'],
  ['a hook whose annotation is written by numbers', job('v1', ESCAPED), job('v2', ESCAPED), 'Job migrate'],
  ['a PersistentVolumeClaim', object('PersistentVolumeClaim', '1'), object('PersistentVolumeClaim', '2'), 'PersistentVolumeClaim data'],
  ['the volumes of a StatefulSet', volumes('1', 'v1'), volumes('2', 'v1'), 'StatefulSet db'],
  ['the image of a StatefulSet', volumes('1', 'v1'), volumes('1', 'v2'), undefined],
]

/** A release of v2 that also changes this file. */
type Options = StageOptions & { beside?: Record<string, string> }
async function release(file: string, before: string | null, after: string | null, { beside, ...options }: Options = {}) {
  const stage = await createRunningStage(options)
  if (beside) stage.commit(beside, 'a hook')
  if (before !== null) stage.app.sync(stage.commit({ [file]: before }, 'beside'))
  await stage.show()
  await stage.advance(60_000)
  stage.app.sync(stage.commit({ 'apps/web/rollout.yaml': manifest('v2'), [file]: after }, 'v2'))
  stage.web.canary('v2')
  await stage.show()
  await stage.advance(10_000)
  await stage.abort()
  await stage.advance(60_000)
  return stage
}

for (const renderer of ['directory', 'none'] as const) {
  it.for(CASES)(`%s, told by ${renderer === 'none' ? 'files' : 'rendering'}`, async ([, before, after, named]) => {
    await using stage = await release('apps/web/beside.yaml', before, after, { renderer })
    const reason = named === undefined ? 'All twelve checks passed' : `no revert in Git takes back: ${named}. Where it may`
    expect(stage.failed()[0]?.decision?.reason).toContain(reason)
    expect(stage.pulls()).toHaveLength(named === undefined ? 1 : 0)
  })
}

for (const renderer of ['directory', 'none'] as const) {
  it(`a ConfigMap is one where a hook’s Job in another file reads it, told by ${renderer === 'none' ? 'files' : 'rendering'}`, async () => {
    const [reads = ''] = mounted('sql', 'one').split('---\n')
    const beside = async (name: string): Promise<string | undefined> => {
      const text = (sql: string): string => script(sql, 'a: b').replace('name: sql', `name: ${name}`)
      const before = { 'apps/web/job.yaml': reads }
      await using stage = await release('apps/web/sql.yaml', text('one'), text('two'), { renderer, beside: before })
      return stage.failed()[0]?.decision?.reason
    }
    expect(await beside('sql')).toContain('no revert in Git takes back: ConfigMap sql. Where it may')
    expect(await beside('other')).toContain('All twelve checks passed')
  })
}

it('a migration in the same commit keeps a PR away, what people read there does not', async () => {
  await using flyway = await release('services/web/V7__drop.sql', null, 'drop\n')
  expect(flyway.pulls()).toEqual([])
  await using stage = await release('db/migrations/0007_drop.sql', null, 'drop\n')
  expect(stage.pulls()).toEqual([])
  expect(stage.cards()[0]?.card.outcome).toContain('db/migrations/0007_drop.sql')
  await using other = await release('db/migrations/README.md', null, 'x\n')
  expect(other.pulls()).toHaveLength(1)
})

it('those who own it may say that it can go back; what the admin calls irreversible stays so', async () => {
  await using stage = await release('apps/web/job.yaml', null, job('v2', SYNC), { policy: { reversible: true } })
  expect(stage.pulls()).toHaveLength(1)
  await using named = await release('db/migrations/7.sql', null, 'x\n', {
    policy: { reversible: true, irreversible: ['db/migrations/?.sql'] },
  })
  expect(named.pulls()).toEqual([])
})

it('by files, a template that may be anything once it is rendered keeps a PR away', async () => {
  const text = (size: string): string => `kind: "{{ .kind }}"\nmetadata: {name: data}\nspec: {size: ${size}} # PersistentVolumeClaim\n`
  await using stage = await release('apps/web/beside.yaml', text('1'), text('2'), { renderer: 'none' })
  expect(stage.pulls()).toEqual([])
  expect(stage.failed()[0]?.decision?.reason).toContain('perhaps PersistentVolumeClaim')
})

it('by files, more of them than are looked through keep a PR away', async () => {
  const many = Object.fromEntries(Array.from({ length: 201 }, (_, index) => [`apps/web/c${index}.yaml`, `kind: ConfigMap # ${index}\n`]))
  await using stage = await createRunningStage({ renderer: 'none' })
  stage.app.sync(stage.commit({ 'apps/web/rollout.yaml': manifest('v2'), ...many }, 'v2'))
  stage.web.canary('v2')
  await stage.show()
  await stage.advance(10_000)
  await stage.abort()
  const p11 = stage.failed()[0]?.decision?.checks.find(({ id }) => id === 'P11')
  expect(p11?.detail).toContain('perhaps, as 202 files are more than are looked through')
})

const LARGE = `${'---\n' + object('ConfigMap', 'x'.repeat(20_000))}`.repeat(60)

for (const renderer of ['directory', 'none'] as const) {
  const how = renderer === 'none' ? 'files' : 'rendering'
  it(`a file too large to be looked at keeps a PR away, by name, told by ${how}`, async () => {
    await using stage = await release('apps/web/crds.yaml', `${LARGE}---\n${object('CustomResourceDefinition', '1')}`, LARGE, { renderer })
    expect(stage.pulls()).toEqual([])
    expect(p11(stage)).toContain('perhaps, as apps/web/crds.yaml is larger than is looked through')
  })

  it(`a file of more documents than people write keeps a PR away, by name, and holds nobody up, told by ${how}`, async () => {
    const many = Array.from({ length: 52_000 }, (_, index) => `---\na: /hook${index}\n`).join('')
    await using stage = await release('apps/web/many.yaml', null, many, { renderer })
    expect(stage.pulls()).toEqual([])
    expect(p11(stage)).toContain('perhaps, as apps/web/many.yaml holds more documents than are looked through')
  })
}

it('where those who own it say that it may go back, what cannot be looked at keeps nothing away', async () => {
  await using stage = await release('apps/web/crds.yaml', null, LARGE, { renderer: 'none', policy: { reversible: true } })
  expect(stage.pulls()).toHaveLength(1)
})

function p11(stage: Awaited<ReturnType<typeof release>>): string | undefined {
  return stage.failed()[0]?.decision?.checks.find(({ id }) => id === 'P11')?.detail
}
