import { besideIn, type BesideDeployment, type BesideKnown, type BesideRollout } from '../../domain/migration/beside.ts'
import type { MigratingDeployment } from '../../domain/migration/migration.ts'
import type { RolloutSnapshot } from '../../domain/rollout/snapshots.ts'
import type { Clock } from '../../ports/clock.ts'
import { ApiFault, asFault, asKedgeError } from './api-fault.ts'
import { getPage, readPage } from './list.ts'
import { deploymentPagePath } from './resources.ts'
import { fields, text, CAPS } from './snapshots/fields.ts'
import { readMigratingDeployment } from './snapshots/migrating.ts'
import type { Scratch, Transport } from './transport.ts'

export interface BesideMemoryDependencies {
  cluster: string
  transport: Pick<Transport, 'get'>
  clock: Clock
  /** Ends what is being read. */
  signal: AbortSignal
  /** Those that are watched; all without. */
  namespaces?: readonly string[]
  rollouts: () => Iterable<RolloutSnapshot>
}

/** Between the end of one read and the begin of the next. */
const PACE_MS = 60_000

/** What was read before says nothing of now any more. */
const TOO_OLD_MS = 5 * 60_000

/** Deployments that one read takes in at most, and characters of the labels that it keeps of them while it compares. */
const MOST_DEPLOYMENTS = 10_000
const MOST_LABEL_TEXT = 8_000_000

/** More are not told of one Rollout. */
const MOST_BESIDE = 5

interface Read {
  found: ReadonlyMap<string, readonly BesideDeployment[]>
  /** Namespaces of which all was read: a Rollout there that nothing was found for has nothing beside it. */
  whole: ReadonlySet<string>
  fault: string | null
}

/**
 * See `ClusterView.besideKnown`. Lists, and no watch: Deployments are many, hardly any is beside a Rollout, and most of the time nobody
 * looks. Between two reads it keeps no Deployment, only what was found.
 */
export function createBesideMemory(dependencies: BesideMemoryDependencies): () => BesideKnown {
  const { clock, signal } = dependencies
  let known: (Read & { asOf: number; begun: number }) | undefined
  let nextAt = -Infinity

  async function refresh(): Promise<void> {
    nextAt = Infinity
    const began = { asOf: clock.now(), begun: clock.elapsed() }
    try {
      const read = await readAll(dependencies)
      if (!signal.aborted) known = { ...read, ...began }
    } finally {
      nextAt = clock.elapsed() + PACE_MS
    }
  }

  return () => {
    const now = clock.elapsed()
    if (now >= nextAt && !signal.aborted) void refresh().catch(() => undefined)
    const last = known && now - known.begun <= TOO_OLD_MS ? known : undefined
    return {
      asOf: last?.asOf ?? null,
      fault: last?.fault ?? null,
      of: ({ namespace, uid }) => last?.found.get(uid) ?? (last?.whole.has(namespace) ? [] : undefined),
    }
  }
}

/** Never rejects: what cannot be read is told. */
async function readAll(dependencies: BesideMemoryDependencies): Promise<Read> {
  const rollouts = Map.groupBy(dependencies.rollouts(), ({ namespace }) => namespace)
  const scopes = dependencies.namespaces?.filter((one) => rollouts.has(one)) ?? (rollouts.size > 0 ? [undefined] : [])
  const deployments = new Map<string, MigratingDeployment[]>()
  const whole = new Set<string>()
  const room = { deployments: MOST_DEPLOYMENTS, labelText: MOST_LABEL_TEXT }
  let fault: string | null = null
  for (const scope of scopes) {
    try {
      if (await listScope(scope, { ...dependencies, room, keep: keeperOf(rollouts, deployments, room) }))
        for (const one of scope === undefined ? rollouts.keys() : [scope]) whole.add(one)
      else fault ??= `there are more than the ${MOST_DEPLOYMENTS} that are looked at`
    } catch (error) {
      const found = error instanceof SyntaxError ? new ApiFault('malformed', 'an item of a list is no JSON') : asFault(error)
      fault ??= asKedgeError(dependencies.cluster, found).message
    }
    if (dependencies.signal.aborted) break
  }
  return { found: compare(rollouts, deployments), whole, fault }
}

interface Room {
  deployments: number
  labelText: number
}

/** Takes in one Deployment: where there are Rollouts, one that has pods, or whose template one of them takes. */
function keeperOf(
  rollouts: ReadonlyMap<string, readonly RolloutSnapshot[]>,
  deployments: Map<string, MigratingDeployment[]>,
  room: Room,
): (object: unknown, scope: string | undefined) => void {
  const referred = new Set([...rollouts.values()].flat().map(({ namespace, workloadRef }) => `${namespace}/${workloadRef}`))
  return (object, scope) => {
    const namespace = scope ?? text(fields(fields(object)['metadata'])['namespace'], CAPS.name) ?? ''
    if (!rollouts.has(namespace)) return
    const one = readMigratingDeployment(fields(object))
    if (one.available <= 0 && !referred.has(`${namespace}/Deployment/${one.name}`)) return
    room.labelText -= Object.entries({ ...one.labels, ...one.selector }).reduce((sum, [name, value]) => sum + name.length + value.length, 0)
    const others = deployments.get(namespace)
    if (others) others.push(one)
    else deployments.set(namespace, [one])
  }
}

/** Whether all was read, to its end. @throws ApiFault, SyntaxError */
async function listScope(
  scope: string | undefined,
  { room, keep, ...dependencies }: BesideMemoryDependencies & { room: Room; keep: (object: unknown, scope: string | undefined) => void },
): Promise<boolean> {
  const scratch: Scratch = { bytes: Buffer.alloc(0) }
  let next: string | undefined
  do {
    const page = readPage(await getPage(deploymentPagePath(scope, next), scratch, dependencies))
    for (const object of page.items) {
      if (room.deployments <= 0 || room.labelText <= 0) return false
      keep(object, scope)
      room.deployments -= 1
    }
    next = page.continueToken
  } while (next !== undefined)
  return true
}

function compare(
  rollouts: ReadonlyMap<string, readonly RolloutSnapshot[]>,
  deployments: ReadonlyMap<string, readonly MigratingDeployment[]>,
): Read['found'] {
  const found = new Map<string, readonly BesideDeployment[]>()
  for (const [namespace, all] of deployments) {
    const [beside, byName] = [besideIn(all), new Map(all.map((one) => [one.name, one]))]
    for (const rollout of rollouts.get(namespace) ?? []) {
      const items = beside(withTemplate(rollout, byName))
      if (items.length > 0) found.set(rollout.uid, items.slice(0, MOST_BESIDE))
    }
  }
  return found
}

/** One that takes its template from a Deployment has the labels of that one. */
function withTemplate({ name, workloadRef, pods }: RolloutSnapshot, deployments: ReadonlyMap<string, MigratingDeployment>): BesideRollout {
  const referred = workloadRef?.startsWith('Deployment/') ? workloadRef.slice('Deployment/'.length) : undefined
  if (referred === undefined) return { name, rollout: { selector: pods?.selector, labels: pods?.labels ?? {}, refersTo: undefined } }
  const told = deployments.get(referred)
  return { name, rollout: { selector: told?.selector, labels: told?.labels ?? {}, refersTo: { name: referred, scaleDown: 'never' } } }
}
