import type { PullRequestRequest } from '../../src/ports/forge.ts'
import { createKedge, type Kedge, type KedgeOptions, type ProvenBy } from './kedge.ts'
import type { Script, Step } from './script.ts'
import { createDeeds } from './world/deeds.ts'
import { REPO } from './world/repository.ts'
import { BEGINNING, createWorld, type World } from './world/world.ts'

/** When Kedge first looks: all is deployed by then. */
const KEDGE_STARTS = 45_000

/** Who watches a history as it goes. */
export interface Observer {
  /** The world stands still while it is looked at. */
  opened(request: PullRequestRequest): void
  ended(): Promise<void>
}

/** Plays one script to its end. */
export async function play(
  script: Script,
  by: ProvenBy,
  observe: (world: World, kedge: Kedge) => Observer,
  more: (world: World) => Partial<KedgeOptions> = () => ({}),
): Promise<void> {
  const world = createWorld(script.setup, script.seed)
  const at: { observer?: Observer } = {}
  const kedge = createKedge(world, { ...more(world), by, onOpened: (request) => at.observer?.opened(request) })
  const observer = observe(world, kedge)
  at.observer = observer
  const deeds = createDeeds(world)
  const pending: Promise<void>[] = []
  world.onPush = () => kedge.pushed()

  const settled = async (): Promise<void> => {
    for (let next = pending.shift(); next; next = pending.shift()) await next
    await kedge.idle()
  }
  const schedule = (ms: number, call: () => void): void => void world.clock.after(ms, call)

  schedule(20_000, () => {
    for (const app of script.setup.apps) if (!app.autoSync) world.application(app.name).setAutoSync(false)
  })
  // Why it is down: not begun yet, or ended by so many steps at once.
  let downs = 1
  const up = (): void => {
    downs -= 1
    if (downs === 0) pending.push(kedge.start())
  }
  const down = (ms: number): void => {
    downs += 1
    if (downs === 1) pending.push(kedge.stop())
    world.host.after(ms, up)
  }

  schedule(script.setup.kedgeStartsAt ?? KEDGE_STARTS, up)
  for (const step of script.steps) {
    schedule(step.at, () => {
      if (step.kind === 'restart') down(step.ms)
      else if (step.kind === 'reconfigure') {
        down(step.ms)
        kedge.configure(step.cluster, step.name)
      } else if (step.kind === 'merge-pr' || step.kind === 'close-pr') endPullRequest(world, kedge, step.kind)
      else if (step.kind === 'slow-push') kedge.pushMs = step.ms
      else deeds(step)
    })
  }
  await world.clock.advanceTo(BEGINNING + script.endsAt, settled)
  await observer.ended()
  await kedge.stop()
  await kedge.store.close()
}

/** A person merges or closes the oldest PR that is open. */
function endPullRequest(world: World, kedge: Kedge, how: 'merge-pr' | 'close-pr'): void {
  const { repository } = world
  const pull = kedge.forges.pullRequests(REPO).find(({ state }) => state === 'open')
  if (!pull) return
  if (how === 'close-pr') return kedge.forges.closeByHuman(REPO, pull.number)
  const commit = repository.remote.branch(pull.branch)
  if (commit === undefined) return
  const [head, then, now] = [
    repository.at(repository.head()),
    repository.at(repository.store.commit(commit)?.parents[0] ?? ''),
    repository.at(commit),
  ]
  const paths = repository.changed(commit)
  // A conflict: nobody merges this.
  if (paths.some((path) => head(path) !== then(path))) return
  const files = Object.fromEntries(paths.map((path) => [path, now(path) ?? null]))
  // A squash keeps neither the branch nor the last lines of the commit.
  const message = pull.number % 3 === 0 ? `${pull.title} (#${pull.number})` : `Merge pull request #${pull.number} from ${pull.branch}`
  const merged = repository.commit(files, { message, kind: 'kedge', how: 'push' })
  kedge.forges.merge(REPO, pull.number, merged)
  world.pushed()
}

/** A step as one line. */
export function describeStep({ at, ...step }: Step): string {
  return `${(at / 1_000).toFixed(1).padStart(7)} s  ${JSON.stringify(step)}`
}
