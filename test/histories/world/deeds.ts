import type { Step } from '../script.ts'
import { edit } from './edits.ts'
import { isInput, type Files, type Folder } from './manifests.ts'
import { without } from './removal.ts'
import type { CommitKind } from './repository.ts'
import { KINDS } from './watches.ts'
import type { Tag } from './world-application.ts'
import type { World } from './world.ts'

type Deed<K extends Step['kind']> = Extract<Step, { kind: K }>

const AUTHORS = { people: 'Ada Author <ada@example.com>', bot: 'argocd-image-updater <noreply@argoproj.io>' }

/** Does what a step says to the world. What concerns Kedge itself or its PRs is not done here. */
export function createDeeds(world: World): (step: Step) => unknown {
  const { repository, verdicts } = world
  let value = 1
  const lastBad = new Map<string, { rollout: string; value: number }>()
  const tags = new Map<string, number[]>()

  /** Only what differs from what is there; nothing at all is no commit. */
  function commit(files: Files, given: { message: string; kind: CommitKind; author?: string; how?: 'push' | 'merge' | 'squash' }): boolean {
    const read = repository.at(repository.head())
    const changed = Object.fromEntries(Object.entries(files).filter(([path, text]) => (read(path) ?? null) !== text))
    if (Object.keys(changed).length === 0) return false
    repository.commit(changed, given)
    world.pushed()
    return true
  }

  function release(step: Deed<'commit'>): void {
    const folder = world.folder(step.app)
    const there = rolloutsIn(folder)
    const rollout = there[step.rollout % there.length] ?? ''
    value += 1
    const { change, isBack } = changeOf(step, there, rollout)
    const files = withOthers(step, folder, change)
    const isBot = step.how === 'bot'
    const message = `${folder.name}: ${change.change} ${change.value}${step.how === 'squash' ? ' (#12)' : ''}`
    const isDone = commit(files, {
      message,
      kind: isBack ? 'revert' : isBot ? 'bot' : 'change',
      author: isBot ? AUTHORS.bot : AUTHORS.people,
      how: isBot ? 'push' : (step.how as 'push'),
    })
    if (!isDone) return
    const ofIt = `${step.app} ${change.rollout}`
    if (change.change === 'tag') tags.set(ofIt, [...(tags.get(ofIt) ?? [1]), change.value])
    for (const one of [folder, ...overlaysOf(folder)]) {
      const key = repository.rendered(one, repository.head())?.rollouts.get(change.rollout)?.key ?? ''
      if (!verdicts.has(key)) verdicts.set(key, step.verdict)
    }
    if (step.verdict !== 'good' && change.change === 'tag') lastBad.set(step.app, { rollout: change.rollout, value: change.value })
  }

  /** The same folder with other overlays. */
  function overlaysOf(folder: Folder): readonly Folder[] {
    const all = world.applications.map((application) => application.folder)
    return all.filter(({ name, overlay }, index) => {
      const isOther = name === folder.name && overlay !== folder.overlay
      return isOther && all.findIndex((one) => one.name === name && one.overlay === overlay) === index
    })
  }

  /** Something new, or what has failed last, or what was there before. */
  function changeOf(
    step: Deed<'commit'>,
    there: readonly string[],
    rollout: string,
  ): { change: Parameters<typeof edit>[2]; isBack: boolean } {
    const bad = step.again ? lastBad.get(step.app) : undefined
    // What is gone from Git by now is not tried again.
    if (bad && there.includes(bad.rollout)) return { change: { change: 'tag', rollout: bad.rollout, value: bad.value }, isBack: false }
    const former = step.back ? tags.get(`${step.app} ${rollout}`)?.at(-2) : undefined
    if (former !== undefined) return { change: { change: 'tag', rollout, value: former }, isBack: true }
    return { change: { change: step.change, rollout, value }, isBack: false }
  }

  /** Those that Git asks for now. */
  function rolloutsIn(folder: Folder): readonly string[] {
    const rendered = repository.rendered(folder, repository.head())
    return folder.rollouts.filter((name) => rendered?.rollouts.has(name))
  }

  /** A Rollout is taken out of Git; the last one stays. */
  function remove({ app, rollout }: Deed<'remove'>): void {
    const folder = world.folder(app)
    const there = rolloutsIn(folder)
    const name = there[rollout % there.length]
    if (name === undefined || there.length < 2) return
    commit(without(folder, repository.at(repository.head()), name), { message: `${folder.name}: without ${name}`, kind: 'others' })
  }

  function edited(folder: Folder, change: Parameters<typeof edit>[2], also: Deed<'commit'>['also']): Files {
    const read = repository.at(repository.head())
    const files = edit(folder, read, change)
    if (also === undefined || also === change.change) return files
    return {
      ...files,
      ...edit(folder, (path) => (path in files ? (files[path] ?? undefined) : read(path)), {
        ...change,
        change: also,
        value: change.value + 1_000,
      }),
    }
  }

  function withOthers(step: Deed<'commit'>, folder: Folder, change: Parameters<typeof edit>[2]): Files {
    let files = edited(folder, change, step.also)
    const read = (path: string): string | undefined => (path in files ? (files[path] ?? undefined) : repository.at(repository.head())(path))
    const others = step.both ? rolloutsIn(folder).filter((one) => one !== change.rollout) : []
    for (const other of others) files = { ...files, ...edit(folder, read, { change: 'tag', rollout: other, value: change.value }) }
    for (const one of step.everywhere && change.change === 'tag' ? overlaysOf(folder) : []) files = { ...files, ...edit(one, read, change) }
    const [beside, first = ''] = step.with === undefined ? [] : [world.folder(step.with), ...rolloutsIn(world.folder(step.with))]
    if (beside && beside !== folder) files = { ...files, ...edit(beside, read, { change: 'tag', rollout: first, value: change.value }) }
    return files
  }

  /** Puts back what a commit of the app changed, where nobody has changed it since. */
  function takeBack(
    app: string,
    kinds: readonly CommitKind[],
    given: (subject: string, sha: string) => { message: string; kind: CommitKind; how?: 'push' | 'merge' },
  ): void {
    const folder = world.folder(app)
    const head = repository.head()
    const candidates = repository.between(undefined, head).toReversed()
    const target = candidates.find(
      (one) => kinds.includes(repository.kindOf(one) ?? 'others') && repository.changed(one).some((path) => isInput(folder, path)),
    )
    const stored = target === undefined ? undefined : repository.store.commit(target)
    const parent = stored?.parents[0]
    if (target === undefined || parent === undefined) return
    const [now, then, before] = [repository.at(head), repository.at(target), repository.at(parent)]
    const paths = repository.changed(target)
    if (paths.some((path) => now(path) !== then(path))) return
    commit(Object.fromEntries(paths.map((path) => [path, before(path) ?? null])), given(stored?.subject ?? '', target))
  }

  /** Of a commit of `main`, so many before its newest. */
  function tagOf(ago: number): Tag {
    const all = repository.between(undefined, repository.head())
    const commit = all.at(-1 - Math.min(ago, all.length - 1)) ?? repository.head()
    return { name: `release-${commit.slice(0, 7)}`, commit }
  }

  return (step): unknown => {
    switch (step.kind) {
      case 'commit':
        return release(step)
      case 'remove':
        return remove(step)
      case 'commit-elsewhere':
        return void commit({ 'teams/other/values.yaml': `value: ${step.value}\n` }, { message: `other team ${step.value}`, kind: 'others' })
      case 'revert':
        return takeBack(step.app, ['change', 'bot', 'reapply'], (subject, of) => ({
          message: step.subject === 'git' ? `Revert "${subject}"\n\nThis reverts commit ${of}.` : `${step.app}: back to what was`,
          kind: 'revert',
          how: step.how,
        }))
      case 'reapply':
        return takeBack(step.app, ['revert', 'kedge'], (subject) => ({ message: `Reapply: ${subject}`, kind: 'reapply' }))
      case 'force-push':
        repository.drop(step.drop)
        return world.pushed()
      case 'controller-away':
        return cluster(world, step.cluster)?.rollouts.forEach((rollout) => rollout.stopController(world.host.now() + step.ms))
      case 'away':
        return goAway(world, step)
      case 'hush':
      case 'lose':
        return cluster(world, step.cluster)?.watches.hush(step.kinds, step.ms, step.kind === 'lose')
      default:
        return toArgoCd(world, step, tagOf) || byHand(world, step)
    }
  }
}

/** What happens there meanwhile is heard of by a list. */
function goAway(world: World, { cluster: name, ms }: Deed<'away'>): void {
  const gone = cluster(world, name)
  gone?.aways.push({ from: world.host.now(), until: world.host.now() + ms })
  gone?.watches.hush(KINDS, ms, true)
}

const cluster = (world: World, name: string) => world.clusters.find((one) => one.name === name)

/** Whether it is done to an Application as a whole. `tagOf`: of so many commits ago. */
function toArgoCd(world: World, step: Step, tagOf: (ago: number) => Tag): boolean {
  if (!('app' in step)) return false
  const application = world.application(step.app)
  if (step.kind === 'sync-fails') application.failNext(step.when)
  else if (step.kind === 'sync-off' || step.kind === 'sync-on') application.setAutoSync(step.kind === 'sync-on')
  else if (step.kind === 'sync-now') application.syncNow()
  else if (step.kind === 'roll-back') application.rollBack()
  else if (step.kind === 'deny-syncs') application.denySyncs(step.ms)
  else if (step.kind === 'hard-refresh') application.refreshIn(0)
  else if (step.kind === 'app-anew') application.makeAnew(step.cascade, step.ms)
  else if (step.kind === 'retarget') application.retarget(step.to === 'main' ? undefined : tagOf(step.ago))
  else return false
  return true
}

function byHand(world: World, step: Step): void {
  if (!('rollout' in step) || step.kind === 'commit' || step.kind === 'remove') return
  const { rollouts } = world.application(step.app)
  const rollout = rollouts[step.rollout % rollouts.length]
  if (!rollout || rollout.isGone) return
  if (step.kind === 'undo') rollout.undo()
  else if (step.kind === 'retry') rollout.retry()
  else if (step.kind === 'abort') rollout.abort()
  else if (step.kind === 'promote-full') rollout.promoteFull()
  else if (step.kind === 'delete-rollout') rollout.remove()
  else if (step.kind === 'scale') rollout.scale()
  else if (step.kind === 'drain') rollout.drain(step.ms)
  else {
    rollout.setImage(`by-hand-${step.at}`)
    if (!world.verdicts.has(rollout.spec.key)) world.verdicts.set(rollout.spec.key, step.verdict)
  }
}
