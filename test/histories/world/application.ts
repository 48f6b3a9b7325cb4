import { appliedOf, objectOf, worstOf } from './application-objects.ts'
import type { By, Host } from './host.ts'
import type { Rendered } from './manifests.ts'
import { untilHistory } from './pace.ts'
import type { WorldRepository } from './repository.ts'
import type { WorldRollout } from './truth.ts'
import type { ApplicationOptions, Applied, HistoryEntry, Operation, Tag, WorldApplication } from './world-application.ts'

/** See {@link WorldApplication}. `argocd` is the cluster that Argo CD runs in. */
export function createWorldApplication(
  host: Host,
  repository: WorldRepository,
  argocd: string,
  options: ApplicationOptions,
): WorldApplication {
  const { folder, rollouts } = options
  const applied: Applied[] = []
  const history: HistoryEntry[] = []
  let operation: Operation | undefined
  let [compared, syncStatus, rest] = ['', '', '']
  let drifted = new Set<string>()
  let isAutomated = options.autoSync
  let refreshAt: number | undefined
  let tried: { revision: string; ok: boolean } | undefined
  let healing = false
  let failing: 'before' | 'after' | undefined
  let [generation, made] = [0, 0]
  let health = 'Missing'
  let reconciledAt = host.now()
  let deniedUntil = 0
  let tag: Tag | undefined
  let changedAt = -Infinity
  let isGone = false

  const tell = (): void => {
    if (!isGone) host.tell(argocd, application.object(), generation === 1 ? 'ADDED' : undefined)
  }
  const wantedNow = (): string => tag?.commit ?? repository.head()
  /** Somebody has deleted it, and Git asks for it. */
  const isLost = (rollout: WorldRollout): boolean => rollout.isGone && rendered(compared)?.rollouts.has(rollout.owner.name) === true
  const present = (): readonly WorldRollout[] => rollouts.filter(({ isGone }) => !isGone)
  const isRunning = (): boolean => operation?.phase === 'Running'
  const rendered = (revision: string): Rendered | undefined => repository.rendered(folder, revision)

  function compare(): void {
    const head = wantedNow()
    const wanted = rendered(head)
    compared = head
    reconciledAt = host.now()
    drifted = new Set()
    for (const rollout of rollouts) {
      const one = wanted?.rollouts.get(rollout.owner.name)
      if (!one && rollout.isGone) continue
      if (!one || one.key !== rollout.spec.key || one.steps !== rollout.spec.steps) drifted.add(rollout.owner.name)
      else rollout.agree(head)
    }
    syncStatus = wanted === undefined ? 'Unknown' : drifted.size > 0 || wanted.rest !== rest ? 'OutOfSync' : 'Synced'
  }

  function refresh(): void {
    if (isGone) return
    const before = { compared, syncStatus, drifted }
    compare()
    const head = compared
    const isDue = isAutomated && !isRunning() && syncStatus === 'OutOfSync' && host.now() >= deniedUntil
    // The sync is under way before what was compared is shown.
    if (isDue && head !== tried?.revision) {
      ;({ compared, syncStatus, drifted } = before)
      return sync(head, 'sync')
    }
    tell()
    if (!isDue || !tried?.ok || !options.selfHeal || drifted.size === 0 || healing) return
    healing = true
    host.after(host.random.between(400, 5_500), () => {
      healing = false
      compare()
      const isAllowed = isAutomated && !isGone && host.now() >= deniedUntil
      if (isAllowed && !isRunning() && drifted.size > 0 && compared === tried?.revision) sync(compared, 'heal')
      else application.refreshIn(50)
    })
  }

  function sync(revision: string, kind: Applied['kind']): void {
    const current: Operation = { revision, kind, startedAt: host.now(), phase: 'Running', hasResult: false, tag }
    if (kind !== 'rollback') tried = { revision, ok: false }
    const former = operation
    operation = undefined
    if (former) tell()
    operation = current
    tell()
    host.after(host.random.between(10, 60), () => {
      if (isGone) return
      if (kind !== 'rollback') compare()
      tell()
    })
    const wait = options.waves === 'before' && kind !== 'heal' ? host.random.between(3_000, 40_000) : 0
    const fails = kind === 'heal' ? undefined : failing
    if (fails) failing = undefined
    host.after(wait + host.random.between(150, 1_100), () => {
      if (operation !== current) return
      if (fails === 'before') fail(current, true)
      else applyAll(current, fails === 'after')
    })
  }

  /** It is tried a few times, and then no more until there is a newer commit. */
  function fail(current: Operation, inHook = false): void {
    host.after(host.random.between(1_000, 20_000), () => {
      if (operation !== current) return
      Object.assign(current, { phase: 'Failed', finishedAt: host.now(), hasResult: true, ...(inHook && { inHook }) })
      tell()
      application.refreshIn(150)
    })
  }

  function applyAll(current: Operation, fails: boolean): void {
    const wanted = rendered(current.revision)
    const by: By = current.kind
    current.hasResult = current.kind !== 'heal'
    const changed = rollouts.filter((rollout) => {
      const one = wanted?.rollouts.get(rollout.owner.name)
      if (wanted && !one && !rollout.isGone) rollout.remove()
      return one !== undefined && rollout.apply(one, by, current.revision)
    })
    applied.push(appliedOf(current, { at: host.now(), wanted, changed, made }))
    if (current.kind !== 'heal' && !fails) rest = wanted?.rest ?? ''
    if (current.hasResult) tell()
    if (fails) fail(current)
    else if (options.waves === 'after' && current.kind !== 'heal') waitForHealth(current)
    else finish(current, untilHistory(host.random))
  }

  /** A later wave waits until the Rollouts are Healthy; one that is Degraded fails the sync. */
  function waitForHealth(current: Operation): void {
    host.after(250, () => {
      if (operation !== current) return
      const all = present().map((rollout) => rollout.health)
      if (all.includes('Degraded')) {
        Object.assign(current, { phase: 'Failed', finishedAt: host.now() })
        tell()
        application.refreshIn(150)
      } else if (all.every((one) => one === 'Healthy')) finish(current, 20)
      else waitForHealth(current)
    })
  }

  function finish(current: Operation, ms: number): void {
    host.after(ms, () => {
      if (operation !== current) return
      if (current.kind !== 'heal')
        history.push({ id: history.length, revision: current.revision, startedAt: current.startedAt, at: host.now(), tag: current.tag })
      tell()
      host.after(host.random.between(15, 60), () => {
        if (operation !== current) return
        Object.assign(current, { phase: 'Succeeded', finishedAt: host.now(), hasResult: true })
        if (current.kind !== 'rollback') tried = { revision: current.revision, ok: true }
        tell()
        application.refreshIn(host.random.between(60, 250))
      })
    })
  }

  const application: WorldApplication = {
    ...options,
    applied,
    get isAutomated() {
      return isAutomated
    },
    refreshIn(ms) {
      const at = host.now() + ms
      if (refreshAt !== undefined && refreshAt <= at) return
      refreshAt = at
      host.after(ms, () => {
        if (refreshAt !== at) return
        refreshAt = undefined
        refresh()
      })
    },
    failNext(when) {
      failing = when
    },
    liveChanged() {
      const now = worstOf(present())
      const isDrifting = rollouts.some((rollout) => ['hand', 'rollback'].includes(rollout.asked.by) || isLost(rollout))
      if (isGone || (now === health && !isDrifting)) return
      health = now
      application.refreshIn(host.random.between(80, 900))
    },
    setAutoSync(on) {
      isAutomated = on
      tell()
      if (on) application.refreshIn(host.random.between(100, 800))
    },
    syncNow() {
      if (!isRunning() && !isGone && host.now() >= deniedUntil) sync(wantedNow(), 'sync')
    },
    denySyncs(ms) {
      deniedUntil = host.now() + ms
      host.after(ms + 100, () => application.refreshIn(0))
    },
    retarget(to) {
      if (isGone || to?.name === tag?.name) return
      tag = to
      changedAt = host.now()
      tell()
      application.refreshIn(host.random.between(50, 900))
    },
    makeAnew(cascade, ms) {
      if (isGone) return
      host.tell(argocd, application.object(), 'DELETED')
      isGone = true
      operation = undefined
      history.length = 0
      tried = undefined
      ;[compared, syncStatus, generation] = ['', '', 0]
      made += 1
      if (cascade) {
        for (const rollout of present()) rollout.remove()
        rest = ''
      }
      host.after(ms, () => {
        isGone = false
        changedAt = host.now()
        tell()
        application.refreshIn(host.random.between(50, 900))
      })
    },
    get tag() {
      return tag
    },
    get changedAt() {
      return changedAt
    },
    get isGone() {
      return isGone
    },
    rollBack() {
      const before = history.at(-2)
      if (before && !isRunning() && !isAutomated && !isGone) sync(before.revision, 'rollback')
    },
    object() {
      generation += 1
      return objectOf(
        { ...options, rollouts: rollouts.filter((rollout) => !rollout.isGone || isLost(rollout)), isAutomated },
        { tag, made, compared, syncStatus, drifted, health, operation, history, generation, reconciledAt, version: host.version() },
      )
    },
  }
  return application
}
