import { loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { percentile } from '../../bench/latency/percentile.ts'
import { chooseCluster } from './cluster.ts'
import { createPlay } from './create-play.ts'
import { analysis, analysisTemplate, rollout, setWeight, type Files } from './manifests.ts'
import type { Play } from './play.ts'
import { claimFolder, clearRemains } from './remains.ts'
import { openStage, type Stage } from './stage.ts'

/**
 * From an abort that the API server shows to the revert PR on the forge, on the real controllers, by who renders. The first round of each
 * kind, for which Argo CD has to fetch and nothing is known yet, is named apart. With `--before FOLDER`, the Kedge of another clone takes
 * turns with this one, on the same control plane: on a shared machine only the ratio says anything.
 */
const { values } = parseArgs({ options: { rounds: { type: 'string', default: '6' }, before: { type: 'string' } } })
const QUICK = { canary: { steps: [setWeight(25), analysis()] } }
const VALUES = (tag: string): Files => ({ 'chart/values.yaml': `image:\n  tag: ${tag}\n` })

interface Kind {
  name: string
  path: string
  /** What a release changes. */
  release: (tag: string) => Files
  others: Files
}

const KINDS: readonly Kind[] = [
  { name: 'pace-plain', path: '', release: (tag) => ({ 'rollout.yaml': rollout({ tag, strategy: QUICK }) }), others: {} },
  {
    name: 'pace-kustomize',
    path: '/prod',
    release: (tag) => ({
      'prod/kustomization.yaml': `resources:\n- ../base\nimages:\n- name: registry.example/web\n  newTag: ${tag}\n`,
    }),
    others: {
      'base/kustomization.yaml': 'resources:\n- rollout.yaml\n- analysis.yaml\n',
      'base/rollout.yaml': rollout({ tag: 'v0', strategy: QUICK }),
    },
  },
  {
    name: 'pace-helm',
    path: '/chart',
    release: VALUES,
    others: {
      'chart/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n',
      'chart/templates/rollout.yaml': rollout({ tag: '{{ .Values.image.tag }}', strategy: QUICK }),
    },
  },
]
const ANALYSIS: Readonly<Record<string, string>> = { 'pace-kustomize': 'base/', 'pace-helm': 'chart/templates/' }

interface Measured {
  kind: string
  kedge: 'before' | 'now'
  isFirst: boolean
  ms: number
}

async function beginKind(stage: Stage, kind: Kind): Promise<Play> {
  const play = createPlay(stage, kind.name)
  const template = analysisTemplate(play.metricUrl(), { metric: { count: 1 } })
  const source = { repoURL: stage.gitops.cloneUrl, path: `${kind.name}${kind.path}`, targetRevision: 'main' }
  const files = { ...kind.others, ...kind.release('v1.0.0'), [`${ANALYSIS[kind.name] ?? ''}analysis.yaml`]: template }
  stage.metrics.set(kind.name, { value: 0.99 })
  await play.commit('web v1.0.0', files)
  await play.createApplication({ spec: { source, project: 'default', destination: destinationOf(play), syncPolicy: SYNC } })
  await play.untilRollout('v1.0.0 Healthy', (seen) => seen.phase === 'Healthy' && seen.isObserved)
  await play.untilApplication('Synced', 'Healthy')
  return play
}

const SYNC = { automated: { prune: true, selfHeal: true }, syncOptions: ['CreateNamespace=true'] }
const destinationOf = ({ name, stage }: Play): object => ({ server: stage.cluster.destination, namespace: name })

async function measure(play: Play, kind: Kind, tag: string): Promise<number> {
  await play.letPass(2_500)
  play.stage.metrics.set(kind.name, { value: 0.5 })
  await play.commit(`web ${tag}`, kind.release(tag))
  const aborted = await play.untilRollout(
    'aborted',
    (seen) => seen.abort && seen.abortedAt !== undefined && seen.phase === 'Degraded' && seen.image.endsWith(tag),
  )
  const pull = await play.untilPullRequest()
  play.stage.metrics.set(kind.name, { value: 0.99 })
  await play.merge(pull)
  await play.untilRollout('N runs again', (seen) => seen.image.endsWith('v1.0.0') && !seen.abort && seen.phase === 'Healthy')
  await play.untilApplication('Synced', 'Healthy')
  return pull.createdAt - aborted.at
}

function print(measured: readonly Measured[]): void {
  for (const { name } of KINDS)
    for (const kedge of ['before', 'now'] as const) {
      const of = measured.filter((one) => one.kind === name && one.kedge === kedge)
      if (of.length === 0) continue
      const warm = of.filter(({ isFirst }) => !isFirst).map(({ ms }) => ms)
      const [cold] = of.filter(({ isFirst }) => isFirst)
      const told = [
        name.padEnd(16),
        kedge.padEnd(7),
        warm.length === 0 ? '' : `p50 ${seconds(percentile(warm, 0.5))}  p95 ${seconds(percentile(warm, 0.95))} of ${warm.length}`,
        cold ? `  first, cold ${seconds(cold.ms)}` : '',
      ]
      process.stdout.write(`${told.join(' ')}\n`)
    }
  process.stdout.write(
    `load of the machine at the end: ${loadavg()
      .map((one) => one.toFixed(1))
      .join(' ')}\n`,
  )
}

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(2)} s`

clearRemains()
claimFolder()
await using stage = await openStage(
  await chooseCluster({ kubeconfig: undefined, host: undefined, argocdNamespace: undefined, image: undefined }),
)
const plays = new Map<Kind, Play>()
for (const kind of KINDS) plays.set(kind, await beginKind(stage, kind))
const measured: Measured[] = []
const first = new Set<string>()
let version = 1
for (let round = 0; round < Number(values.rounds); round += 1) {
  for (const kedge of values.before === undefined ? (['now'] as const) : (['before', 'now'] as const)) {
    if (values.before !== undefined) {
      process.env['KEDGE_BENCH_MAIN'] = kedge === 'before' ? `${values.before}/src/main.ts` : ''
      await stage.restartKedge('SIGTERM')
    }
    for (const [kind, play] of plays) {
      const isFirst = !first.has(kind.name)
      first.add(kind.name)
      const ms = await measure(play, kind, `v1.${(version += 1)}.0`)
      measured.push({ kind: kind.name, kedge, isFirst, ms })
      process.stdout.write(`${kind.name} ${kedge} ${seconds(ms)}  load ${loadavg()[0]?.toFixed(1)}\n`)
    }
  }
}
for (const play of plays.values()) await play.leave().catch(() => undefined)
print(measured)
