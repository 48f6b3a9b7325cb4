import fc from 'fast-check'
import { character, oddity } from './oddity.ts'
import type { Kind } from './sandbox.ts'

/** An object that may be a Rollout, an AnalysisRun or an Experiment, as JSON would carry it. */
export interface Generated {
  readonly kind: Kind
  readonly object: unknown
}

type Shape = Record<string, fc.Arbitrary<unknown>>

/**
 * Objects as controllers write them, in every mixture of states, with fields missing or null here and there.
 */
export function plausible(): fc.Arbitrary<Generated> {
  return objects((value) => value)
}

/** The same objects with any field of a wrong type, a huge number, odd text or a whole JSON document in its place. */
export function hostile(): fc.Arbitrary<Generated> {
  return objects((value) => fc.oneof({ arbitrary: value, weight: 19 }, { arbitrary: oddity, weight: 1 }))
}

function objects(disturb: (value: fc.Arbitrary<unknown>) => fc.Arbitrary<unknown>): fc.Arbitrary<Generated> {
  const fields = (shape: Shape): fc.Arbitrary<unknown> => disturb(record(shape, disturb))
  const list = (entry: fc.Arbitrary<unknown>, maxLength = 3): fc.Arbitrary<unknown> => disturb(fc.array(disturb(entry), { maxLength }))
  return fc.oneof(
    { weight: 4, arbitrary: rollout(fields, list).map((object): Generated => ({ kind: 'Rollout', object: json(object) })) },
    { weight: 1, arbitrary: analysisRun(fields, list).map((object): Generated => ({ kind: 'AnalysisRun', object: json(object) })) },
    { weight: 1, arbitrary: experiment(fields, list).map((object): Generated => ({ kind: 'Experiment', object: json(object) })) },
  )
}

type Fields = (shape: Shape) => fc.Arbitrary<unknown>
type List = (entry: fc.Arbitrary<unknown>, maxLength?: number) => fc.Arbitrary<unknown>

/** Each field is absent once in a while, the more so the more there are. */
function record(shape: Shape, disturb: (value: fc.Arbitrary<unknown>) => fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  const entries = Object.entries(shape).map(([name, value]) => [
    name,
    fc.oneof({ weight: 7, arbitrary: disturb(value) }, { weight: 1, arbitrary: absent }),
  ])
  return fc.record(Object.fromEntries(entries) as Shape)
}

const absent = fc.constantFrom<unknown>(undefined, undefined, null)
const count = fc.integer({ min: 0, max: 5 })
const hash = fc.constantFrom('7d84d44bb8', 'db976bc44', '6fd9c4bb', '')
const generation = fc.constantFrom('1', '2', '3', '10', '22222222', 'b8cd4f5', '')
const text = fc.constantFrom(
  '',
  'RolloutAborted: Rollout aborted update to revision 2',
  'metric "é" assessed — 漢字',
  'x'.repeat(199) + 'é',
)
const time = fc.constant('2026-11-23T02:38:29Z')
const flag = fc.boolean()
const seldom = fc.constantFrom(true, false, false, undefined)

/** Kubernetes quantities, images and fields as real pod templates have them; the deep parts that no script reads included. */
function podTemplate(fields: Fields, list: List): fc.Arbitrary<unknown> {
  const image = fc.constantFrom(
    'registry.example/shop/web:1.9.0',
    `registry.example/web@sha256:${'a1'.repeat(32)}`,
    'é'.repeat(101),
    '',
    'web',
  )
  const probe = fields({
    httpGet: fields({ path: fc.constant('/healthz'), port: fc.constantFrom<unknown>(8080, 'http') }),
    periodSeconds: count,
  })
  const resources = fields({ requests: fields({ cpu: fc.constantFrom<unknown>('100m', 1), memory: fc.constant('128Mi') }) })
  const env = fields({ name: fc.constant('MODE'), value: text, valueFrom: fields({ secretKeyRef: fields({ name: text, key: text }) }) })
  const container = fields({
    name: fc.constantFrom('web', 'sidecar'),
    image,
    args: list(text),
    env: list(env),
    ports: list(fields({ name: fc.constant('http'), containerPort: fc.constant(8080) })),
    readinessProbe: probe,
    resources,
    volumeMounts: list(fields({ name: fc.constant('config'), mountPath: fc.constant('/etc/web'), readOnly: flag })),
  })
  const metadata = fields({
    labels: fields({ app: fc.constant('web') }),
    annotations: fields({ 'prometheus.io/scrape': fc.constant('true') }),
  })
  const volume = fields({ name: fc.constant('config'), configMap: fields({ name: text, defaultMode: fc.constant(420) }) })
  const spec = fields({ serviceAccountName: text, containers: list(container), initContainers: list(container, 1), volumes: list(volume) })
  return fields({ metadata, spec })
}

function canarySteps(fields: Fields, list: List): fc.Arbitrary<unknown> {
  const name = fc.constantFrom('header', 'mirror', '')
  const match = list(fields({ headerName: fc.constant('x-canary'), headerValue: fields({ exact: fc.constant('yes') }) }), 1)
  const duration = fc.constantFrom<unknown>('10m', '600', '0', 30, 0, '1h30m', '+5', '+0600', '00', '5.0', undefined, undefined)
  const pause = fields({ pause: fields({ duration }) })
  const weight = fields({ setWeight: count })
  const route = fields({ setHeaderRoute: fields({ name, match }) })
  const mirror = fields({ setMirrorRoute: fields({ name, match, percentage: count }) })
  const experiment = fields({
    experiment: fields({ templates: list(fields({ name, specRef: fc.constantFrom('canary', 'stable'), weight: count })) }),
  })
  return list(fc.oneof(pause, pause, weight, route, route, mirror, experiment), 5)
}

function rollout(fields: Fields, list: List): fc.Arbitrary<unknown> {
  const metadata = fields({
    generation: fc.integer({ min: 1, max: 4 }),
    annotations: fields({ 'rollout.argoproj.io/workload-generation': generation }),
  })
  const canary = fields({
    steps: canarySteps(fields, list),
    trafficRouting: fc.constantFrom<unknown>({}, { nginx: {} }, { maxTrafficWeight: 1000 }, undefined, undefined, undefined),
  })
  const blueGreen = fields({
    autoPromotionEnabled: fc.constantFrom(true, false, undefined),
    autoPromotionSeconds: fc.constantFrom(30, 0, undefined),
    activeService: fc.constant('active'),
  })
  const spec = fields({
    replicas: count,
    paused: seldom,
    template: podTemplate(fields, list),
    workloadRef: fc.constantFrom<unknown>(undefined, undefined, undefined, { kind: 'Deployment', name: 'web' }),
    strategy: fc.oneof(fields({ canary }), fields({ canary }), fields({ blueGreen }), fields({ canary, blueGreen })),
  })
  return fields({ kind: fc.constant('Rollout'), metadata, spec, status: rolloutStatus(fields, list) })
}

function rolloutStatus(fields: Fields, list: List): fc.Arbitrary<unknown> {
  const condition = fields({
    type: fc.constantFrom('Progressing', 'Progressing', 'InvalidSpec', 'ReplicaFailure', 'Paused', 'Healthy'),
    status: fc.constantFrom('True', 'False', 'Unknown'),
    reason: fc.constantFrom(
      'RolloutAborted',
      'ProgressDeadlineExceeded',
      'ReplicaSetUpdated',
      'RolloutRetry',
      'ReplicaSetCreateError',
      'FailedCreate',
    ),
    message: text,
  })
  const route = fields({ weight: fc.constantFrom(0, 0, 10, 50, 100), podTemplateHash: hash })
  const weights = fields({ canary: route, stable: route, additional: list(route, 2), verified: seldom })
  const pause = fields({
    reason: fc.constantFrom('CanaryPauseStep', 'BlueGreenPause', 'InconclusiveAnalysisRun', 'InconclusiveExperiment', 'Other'),
    startTime: time,
  })
  const phases = ['Healthy', 'Degraded', 'Degraded', 'Degraded', 'Progressing', 'Progressing', 'Paused', 'Paused', '', 'Suspended']
  return fields({
    phase: fc.constantFrom(...phases, undefined, undefined),
    message: text,
    observedGeneration: generation,
    workloadObservedGeneration: generation,
    abort: flag,
    abortedAt: fc.constantFrom(undefined, '2026-11-23T02:38:29Z'),
    promoteFull: seldom,
    controllerPause: flag,
    pauseConditions: list(pause, 2),
    conditions: list(condition),
    currentPodHash: hash,
    stableRS: hash,
    currentStepIndex: count,
    replicas: count,
    updatedReplicas: count,
    readyReplicas: count,
    availableReplicas: count,
    canary: fields({
      weights,
      currentExperiment: fc.constantFrom('web-db976bc44-2-0', undefined, undefined),
      stableRS: fc.constantFrom(undefined, '7d84d44bb8'),
    }),
    blueGreen: fields({ activeSelector: hash, previewSelector: hash }),
  })
}

const runPhase = fc.constantFrom('Pending', 'Running', 'Successful', 'Failed', 'Failed', 'Error', 'Inconclusive', '', 'Perplexed')
const runName = fc.constantFrom('success-rate', 'latency', '')

function analysisRun(fields: Fields, list: List): fc.Arbitrary<unknown> {
  const condition = fc.constantFrom(undefined, 'result >= 0.95', '')
  const metric = fields({ name: runName, successCondition: condition, failureCondition: condition })
  const value = fc.oneof(
    fc.constantFrom('0.42', '{"value":0.42}', '', undefined),
    fc.string({ unit: character, minLength: 60, maxLength: 210 }),
  )
  const measurement = fields({ phase: runPhase, value })
  const result = fields({ name: runName, phase: runPhase, dryRun: seldom, measurements: list(measurement) })
  const status = fields({ phase: runPhase, message: text, metricResults: list(result) })
  return fields({ kind: fc.constant('AnalysisRun'), spec: fields({ metrics: list(metric) }), status })
}

function experiment(fields: Fields, list: List): fc.Arbitrary<unknown> {
  const status = fields({
    phase: runPhase,
    message: text,
    analysisRuns: list(fields({ name: runName, phase: runPhase })),
    templateStatuses: list(fields({ name: runName, status: runPhase })),
  })
  return fields({ kind: fc.constant('Experiment'), status })
}

/** What is left after a trip through JSON, which is how every object reaches Kedge and Argo CD. */
function json(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value ?? null)) as unknown
}
