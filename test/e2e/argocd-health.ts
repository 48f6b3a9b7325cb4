import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { assessHealth, type HealthStatus, type HealthVerdict } from '../../src/domain/health/health.ts'
import { until } from '../until.ts'
import type { KubeObject } from './control-plane/api.ts'
import type { Play } from './play.ts'
import type { Stage } from './stage.ts'

/** Where lua-health lies. */
export const LUA = new URL('../../lua-health/argoproj.io/', import.meta.url)

/** The kinds of lua-health, with their collections. */
export const PLURALS = { Rollout: 'rollouts', AnalysisRun: 'analysisruns', Experiment: 'experiments' } as const
export type HealthKind = keyof typeof PLURALS
export const HEALTH_KINDS = Object.keys(PLURALS) as readonly HealthKind[]

/** A check as `kedge argocd-cm` prints it. */
const ourCheck = (kind: HealthKind): string => readFileSync(new URL(`${kind}/health.lua`, LUA), 'utf8')

/** Loads health checks into argocd-cm, ours but for those that are given; `'none'` takes them out. */
export async function setHealthChecks(
  { api, cluster }: Pick<Stage, 'api' | 'cluster'>,
  checks: 'none' | Partial<Record<HealthKind, string>>,
): Promise<void> {
  const keys = HEALTH_KINDS.map((kind) => [
    `resource.customizations.health.argoproj.io_${kind}`,
    checks === 'none' ? null : (checks[kind] ?? ourCheck(kind)),
  ])
  await api.patch(`/api/v1/namespaces/${cluster.argocdNamespace}/configmaps/argocd-cm`, {
    data: Object.fromEntries(keys) as Record<string, string | null>,
  })
}

/** What is told of one object's health: by Argo CD, and by Kedge's rules in TypeScript for the same object. */
export interface Told {
  kind: HealthKind
  name: string
  argocd: HealthVerdict
  typescript: HealthVerdict
  /** Of Kedge's API, which tells of Rollouts. */
  kedge: HealthVerdict | undefined
}

/** Every Rollout, AnalysisRun and Experiment in Argo CD's resource tree. */
async function readHealth(play: Play): Promise<readonly Told[]> {
  const { name, stage } = play
  const tree = await stage.argocd?.ask(`/api/v1/applications/${name}/resource-tree`)
  const page = (await ask(`${stage.kedge().apiUrl}/api/v1/rollouts?namespace=${name}&limit=500`)) as {
    items: { name: string; health: HealthVerdict }[]
  }
  const live = new Map<string, KubeObject>()
  for (const kind of HEALTH_KINDS) {
    const list = (await stage.api.get(`/apis/argoproj.io/v1alpha1/namespaces/${name}/${PLURALS[kind]}`)) as unknown as {
      items: KubeObject[]
    }
    for (const object of list.items) live.set(`${kind}/${object.metadata.name}`, { ...object, apiVersion: 'argoproj.io/v1alpha1', kind })
  }
  const nodes = nodesIn(tree?.body).filter(
    (node): node is Node & { kind: HealthKind } => node.group === 'argoproj.io' && node.kind in PLURALS,
  )
  return nodes.map(({ kind, name: object, health }) => ({
    kind,
    name: object,
    argocd: { status: health?.status ?? 'Unknown', message: health?.message ?? '' },
    typescript: assessHealth(live.get(`${kind}/${object}`)),
    kedge: kind === 'Rollout' ? page.items.find((one) => one.name === object)?.health : undefined,
  }))
}

interface Node {
  group?: string
  kind: string
  name: string
  health?: { status: HealthStatus; message?: string }
}

function nodesIn(tree = '{}'): readonly Node[] {
  return (JSON.parse(tree) as { nodes?: Node[] }).nodes ?? []
}

async function ask(url: string): Promise<unknown> {
  const answer = await fetch(url)
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${(await answer.text()).slice(0, 500)}`)
  return answer.json()
}

/** Who of the three says something else; none where all agree, of every object there is. */
function disagreements(told: readonly Told[]): readonly Told[] {
  const same = (a: HealthVerdict, b: HealthVerdict): boolean => a.status === b.status && a.message === b.message
  return told.filter(
    ({ kind, argocd, typescript, kedge }) =>
      !same(argocd, typescript) || (kind === 'Rollout' && typescript.status !== 'Missing' && (!kedge || !same(argocd, kedge))),
  )
}

/** Waits until Argo CD says of the newest object of a kind what it should, and Kedge the same of it and of all others. */
export async function untilHealth(play: Play, kind: HealthKind, status: HealthStatus, says = /^/): Promise<void> {
  const what = `${kind} ${status} in Argo CD's resource tree, and the same in Kedge`
  play.step(`waiting: ${what}`)
  await until(
    async () => {
      await untilCompared(play)
      const told = await readHealth(play)
      assert.ok(
        told.some((one) => one.kind === kind && one.argocd.status === status && says.test(one.argocd.message)),
        `it says ${JSON.stringify(told)}`,
      )
      const differing = disagreements(told)
      assert.ok(differing.length === 0, `they differ: ${JSON.stringify(differing)}`)
      return true
    },
    { timeoutMs: 30_000, everyMs: 500, what },
  )
}

/**
 * Argo CD brings its tree up to date when a status changes, or when it compares; a new message alone does not move it. A request to compare
 * that meets the end of a comparison has been seen to stay unheard: it is taken back then, because one that is there already is no news.
 */
async function untilCompared(play: Play): Promise<void> {
  const { api, cluster } = play.stage
  const path = `/apis/argoproj.io/v1alpha1/namespaces/${cluster.argocdNamespace}/applications/${play.name}`
  const compared = async (): Promise<true | undefined> =>
    (await api.get(path)).metadata.annotations?.[REFRESH] === undefined ? true : undefined
  await play.refresh()
  try {
    await until(compared, { timeoutMs: 5_000, what: 'Argo CD has compared' })
  } catch (error) {
    await api.patch(path, { metadata: { annotations: { [REFRESH]: null } } })
    throw error
  }
}

const REFRESH = 'argocd.argoproj.io/refresh'
