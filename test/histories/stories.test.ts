import { describe, expect, it } from 'vitest'
import { judgePull, type OpenedPull } from './oracle/pull-request.ts'
import type { AppSetup, Setup, Step } from './script.ts'
import { createDeeds } from './world/deeds.ts'
import { BEGINNING, createWorld, type World } from './world/world.ts'

const APP: AppSetup = {
  name: 'shop',
  tool: 'plain',
  rollouts: ['web'],
  oneFile: false,
  cluster: 'prod',
  autoSync: true,
  selfHeal: true,
  waves: 'none',
}

type Untimed<S> = S extends { at: number } ? Omit<S, 'at'> : never

/** A world without Kedge, told what to do from a minute on. Commits have the letters of their order. */
class Story {
  readonly world: World
  private readonly deeds: (step: Step) => void
  private now = 60_000
  readonly commits: string[] = []

  constructor(change: Partial<AppSetup> = {}) {
    const lags = { Rollout: 0, ReplicaSet: 0, AnalysisRun: 0, Application: 0 }
    const setup: Setup = { clusters: ['prod'], apps: [{ ...APP, ...change }], webhook: true, pollMs: 600_000, lags, twice: 0 }
    this.world = createWorld(setup, 1)
    this.deeds = createDeeds(this.world)
  }

  /** Does the deeds, and lets time go on, seconds. */
  async pass(seconds: number, ...deeds: readonly Untimed<Step>[]): Promise<void> {
    await this.world.clock.advanceTo(BEGINNING + this.now, async () => undefined)
    if (this.commits.length === 0) this.commits.push(this.world.repository.head())
    for (const deed of deeds) {
      this.deeds({ ...deed, at: this.now } as Step)
      const head = this.world.repository.head()
      if (head !== this.commits.at(-1)) this.commits.push(head)
    }
    this.now += seconds * 1_000
    await this.world.clock.advanceTo(BEGINNING + this.now, async () => undefined)
  }

  /** What is wrong with a PR that reverts these commits (1 is the first after the beginning) by the files of another. */
  wrongWith(culprits: readonly number[], good: number): string | undefined {
    const { repository } = this.world
    const [base, then] = [repository.head(), repository.at(this.commits[good] ?? '')]
    const shas = culprits.map((index) => this.commits[index] ?? '')
    const paths = [...new Set(shas.flatMap((sha) => repository.changed(sha)))]
    const files = Object.fromEntries(paths.map((path) => [path, then(path) ?? null]))
    const commit = repository.commit(files, { message: 'revert', kind: 'kedge' })
    repository.remote.move('main', base)
    const pull: OpenedPull = {
      number: 1,
      at: this.world.clock.now(),
      commit,
      base,
      culprits: shas,
      paths: repository.changed(commit),
      body: '',
    }
    return judgePull(this.world, pull).wrong
  }
}

const commit = (verdict: 'good' | 'failed', change: 'tag' | 'steps' | 'analysis' | 'config' = 'tag'): Untimed<Step> => ({
  kind: 'commit',
  app: 'shop',
  rollout: 0,
  change,
  verdict,
  how: 'push',
})
const byHand = (kind: 'undo' | 'set-image' | 'retry' | 'promote-full', verdict: 'good' | 'failed' = 'good'): Untimed<Step> => ({
  kind,
  app: 'shop',
  rollout: 0,
  verdict,
})
const away = (ms: number): Untimed<Step> => ({ kind: 'controller-away', cluster: 'prod', ms })

describe('what made what runs', () => {
  it('A1: a commit that was synced while the controller was away never ran, and goes back with the one that failed', async () => {
    const story = new Story()
    await story.pass(1, away(15_000))
    await story.pass(9, commit('good'))
    await story.pass(40, commit('failed'))
    expect(story.wrongWith([2], 1)).toMatch(/restores something else than N/)
    expect(story.wrongWith([1, 2], 0)).toBeUndefined()
  })

  it('A2: what was synced after a failure is innocent, also when self-heal brings the failure again', async () => {
    const story = new Story()
    await story.pass(20, commit('failed'))
    await story.pass(40, byHand('undo'))
    await story.pass(5, commit('good', 'config'))
    await story.pass(20, commit('good', 'analysis'))
    expect(story.wrongWith([1, 2, 3], 0)).toMatch(/innocent commit that came after/)
    expect(story.wrongWith([1], 0)).toBeUndefined()
  })

  it('A3: after an undo by hand, the commit that was newest meanwhile is not what runs', async () => {
    const story = new Story()
    await story.pass(20, commit('failed'))
    await story.pass(10, commit('good', 'analysis'))
    await story.pass(1, byHand('undo'))
    await story.pass(30, commit('failed'))
    expect(story.wrongWith([3], 2)).toMatch(/restores something else than N/)
  })

  it.each(['undo', 'set-image'] as const)('A4: where what runs was made by hand (%s), no PR is right', async (kind) => {
    const story = new Story({ selfHeal: false })
    await story.pass(30, commit('good'))
    await story.pass(30, byHand(kind))
    await story.pass(30, commit('failed'))
    expect(story.wrongWith([2], 1)).toBe('N was made by hand')
    expect(story.wrongWith([1, 2], 0)).toBe('N was made by hand')
  })

  it('A5: where what fails was made by hand, no PR is right', async () => {
    const story = new Story({ selfHeal: false })
    await story.pass(20, commit('failed'))
    await story.pass(5, commit('good', 'analysis'))
    await story.pass(20, byHand('set-image', 'failed'))
    expect(story.wrongWith([1, 2], 0)).toBe('what fails was made by hand')
  })

  it('A6: self-heal brings the failing version again after an undo, and a PR is right again', async () => {
    const story = new Story()
    await story.pass(20, commit('failed'))
    await story.pass(30, byHand('undo'))
    expect(story.world.applications[0]?.applied.map(({ kind }) => kind)).toEqual(['sync', 'sync', 'heal'])
    expect(story.wrongWith([1], 0)).toBeUndefined()
  })

  it('A7: other steps that were synced just before are innocent', async () => {
    const story = new Story()
    await story.pass(3, commit('good', 'steps'))
    await story.pass(30, commit('failed'))
    expect(story.wrongWith([1, 2], 0)).toMatch(/innocent commit from before/)
    expect(story.wrongWith([2], 1)).toBeUndefined()
  })

  it('A8: after a revert that is overtaken at once, the commit that overtook it is the culprit', async () => {
    const story = new Story()
    await story.pass(30, commit('failed'))
    await story.pass(1, { kind: 'revert', app: 'shop', how: 'push', subject: 'git' })
    await story.pass(30, commit('failed'))
    expect(story.wrongWith([3], 2)).toBeUndefined()
    expect(story.wrongWith([3], 1)).toMatch(/restores something else than N/)
  })

  it('A9: an undo of what runs well is no failure: no PR is right', async () => {
    const story = new Story({ selfHeal: false })
    await story.pass(30, commit('good'))
    await story.pass(30, byHand('undo'))
    expect(story.wrongWith([1], 0)).toBe('nothing fails')
  })

  it('A10: during a release nothing has failed yet: no PR is right', async () => {
    const story = new Story()
    await story.pass(1.4, commit('failed'))
    expect(story.world.applications[0]?.rollouts[0]?.health).toBe('Progressing')
    expect(story.wrongWith([1], 0)).toBe('nothing fails')
  })

  it('A11: a version that was overtaken before it was Healthy is not N', async () => {
    const story = new Story()
    await story.pass(2, commit('good'))
    await story.pass(30, commit('failed'))
    expect(story.wrongWith([2], 1)).toMatch(/restores something else than N/)
    expect(story.wrongWith([1, 2], 0)).toBeUndefined()
  })

  it('other steps that were synced after a failure begin it anew, and go back with it', async () => {
    const story = new Story()
    await story.pass(20, commit('failed'))
    await story.pass(20, commit('good', 'steps'))
    expect(story.wrongWith([1, 2], 0)).toBeUndefined()
  })

  it('A12: once the version has made it after all, no PR is right any more', async () => {
    const story = new Story()
    await story.pass(30, commit('failed'))
    await story.pass(10, byHand('promote-full'))
    expect(story.wrongWith([1], 0)).toBe('nothing fails')
  })
})
