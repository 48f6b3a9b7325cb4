import { describe, expect, it } from 'vitest'
import { createVirtualClock } from '../../../src/adapters/replay/virtual-clock.ts'
import { notRendered, type NotRendered, type Rendering } from '../../../src/domain/application/rendered.ts'
import type { Wish } from '../../../src/domain/release/wish.ts'
import type { Look } from '../../../src/reconcile/look/observe.ts'
import { createWishes } from '../../../src/reconcile/loop/wishes.ts'
import { rememberLog } from '../../remember-log.ts'

const WAITING: Wish = { state: 'waiting-for-sync', revisions: ['c'] }
const UNSAID: Wish = { state: 'unknown', revisions: [], why: 'not-compared' }
const MET: Wish = { state: 'met', revisions: ['b'] }

/** A Rollout that is looked at, and a renderer that answers when it is told to. */
function createStory() {
  const clock = createVirtualClock(0)
  const again: string[] = []
  let answer: (rendering: Rendering) => void = () => undefined
  let asked = 0
  const render = (): Promise<Rendering> => {
    asked += 1
    return new Promise((resolve) => (answer = resolve))
  }
  const renderer = { render }
  const { logger, lines } = rememberLog()
  const wishes = createWishes(
    { clock, renderer, repositories: { open: () => Promise.reject(new Error('no Git')) }, random: () => 0.5, logger },
    (key) => again.push(key),
  )
  const look = (wish: Wish, { operation, open = [] }: { operation?: string; open?: readonly object[] }) =>
    ({
      ref: { cluster: 'prod', namespace: 'shop', name: 'web' },
      rollout: { currentPodHash: 'hash' },
      applications: [{ comparedRevisions: ['c'], operation: operation && { phase: operation } }],
      view: { template: async () => ({}) },
      observation: { open, wish, now: clock.now(), syncs: [], replicaSets: [{ podTemplateHash: 'hash' }] },
    }) as unknown as Look
  return {
    again,
    lines,
    asked: () => asked,
    at: (ms: number) => clock.advanceTo(ms, async () => undefined),
    follow: (wish: Wish, given: { isFirst?: boolean; operation?: string; open?: readonly object[] } = {}) =>
      wishes.follow('web', look(wish, given), { isFirst: given.isFirst ?? false }),
    held: (hash = 'hash') => wishes.held('web', hash)?.state,
    revisions: () => wishes.held('web', 'hash')?.revisions,
    idle: () => wishes.idle(),
    wasThere: () => wishes.held('web', 'hash')?.wasThere,
    async answers(why: NotRendered = 'unsupported') {
      await new Promise(setImmediate)
      answer(notRendered(why, 'x'))
      await wishes.idle()
    },
  }
}

describe('a wish that is not met', () => {
  it('is told once it has held, and the renderer has answered', async () => {
    const story = createStory()
    expect(story.follow(WAITING)).toBe(15_000)
    expect(story.held()).toBeUndefined()
    await story.at(15_000)
    expect(story.follow(WAITING)).toBe(25_000)
    expect(story.held()).toBeUndefined()
    await story.answers()
    expect([story.held(), story.held('another'), story.again]).toEqual(['waiting-for-sync', undefined, ['web']])
  })

  it("is told by Argo CD's word where the renderer does not answer: no look waits for it", async () => {
    const story = createStory()
    story.follow(WAITING)
    await story.at(15_000)
    story.follow(WAITING)
    await story.at(25_000)
    expect(story.held()).toBe('waiting-for-sync')
  })

  it('waits for a renderer that is away: it is asked again, and what it says then counts', async () => {
    const story = createStory()
    story.follow(WAITING)
    await story.at(15_000)
    story.follow(WAITING)
    await story.answers('unreachable')
    expect([story.held(), story.again]).toEqual([undefined, []])
    await story.at(17_000)
    await story.answers()
    expect([story.held(), story.again]).toEqual(['waiting-for-sync', ['web']])
  })

  it('drives nobody while the renderer is away: out of patience, no look asks for another, and the queue sets the pace', async () => {
    const story = createStory()
    story.follow(WAITING)
    await story.at(15_000)
    story.follow(WAITING)
    await story.answers('unreachable')
    await story.at(15_100)
    expect(story.follow(WAITING)).toBe(25_000)
    await story.at(15_200)
    expect(story.asked()).toBe(1)
    await story.at(25_000)
    expect(story.follow(WAITING)).toBeUndefined()
  })

  it('keeps an answer that came while it was looked at again, and asks no second time', async () => {
    const story = createStory()
    story.follow(WAITING)
    await story.at(15_000)
    story.follow(WAITING)
    await new Promise(setImmediate)
    story.follow(WAITING)
    await story.answers()
    expect([story.held(), story.again]).toEqual(['waiting-for-sync', ['web']])
  })

  it('begins anew when it was met meanwhile', async () => {
    const story = createStory()
    story.follow(WAITING)
    await story.at(14_000)
    story.follow(MET)
    await story.at(16_000)
    expect(story.follow(WAITING)).toBe(31_000)
  })

  it('has longer while a sync runs', () => {
    expect(createStory().follow(WAITING, { operation: 'Running' })).toBe(300_000)
  })

  it('that was there at the first look is told at the next one, and as that', async () => {
    const story = createStory()
    expect(story.follow(WAITING, { isFirst: true })).toBe(0)
    expect(story.held()).toBeUndefined()
    story.follow(WAITING)
    await story.answers()
    expect([story.held(), story.wasThere()]).toEqual(['waiting-for-sync', true])
  })

  it('that was told is unknown once Argo CD has not said it for as long as a normal sync takes', async () => {
    const story = createStory()
    story.follow(WAITING)
    await story.at(15_000)
    story.follow(WAITING)
    await story.answers()
    expect(story.follow(UNSAID)).toBe(30_000)
    await story.at(29_999)
    expect(story.held()).toBe('waiting-for-sync')
    await story.at(30_000)
    expect([story.follow(UNSAID), story.held()]).toEqual([undefined, 'unknown'])
    story.follow(WAITING)
    expect(story.held()).toBe('waiting-for-sync')
  })

  it('is no unknown one where nobody owns the Rollout', async () => {
    const story = createStory()
    expect(story.follow({ state: 'unknown', revisions: [] })).toBeUndefined()
    await story.at(60_000)
    expect(story.held()).toBeUndefined()
  })

  it.each<[string, object, number]>([
    ['need not hold where the ledger has it beside this template', { podTemplateHash: 'hash', wish: WAITING }, 10_000],
    ['has to hold where the ledger has it beside another', { podTemplateHash: 'other', wish: WAITING }, 15_000],
    ['has to hold where the ledger has that nobody says it', { podTemplateHash: 'hash', wish: UNSAID }, 15_000],
    ['has to hold where the ledger has nothing of it', { podTemplateHash: 'hash' }, 15_000],
  ])('%s', (_, release, dueAt) => {
    expect(createStory().follow(WAITING, { open: [{ state: 'failed', serving: 'split', ...release }] })).toBe(dueAt)
  })

  it('need not hold where the ledger knows it', async () => {
    const story = createStory()
    const open = [{ state: 'failed', serving: 'undone', stableHash: 'hash' }]
    expect(story.follow(WAITING, { open })).toBe(10_000)
    await story.answers()
    expect(story.held()).toBe('waiting-for-sync')
  })
})

describe('a wish that is another one by now', () => {
  const NEWER: Wish = { state: 'waiting-for-sync', revisions: ['d'] }

  /** It has held, and is being asked about. */
  async function createAsked(wish: Wish = WAITING) {
    const story = createStory()
    story.follow(wish)
    await story.at(15_000)
    story.follow(wish)
    await new Promise(setImmediate)
    return story
  }

  it('is asked about anew', async () => {
    const story = await createAsked()
    await story.answers()
    story.follow(NEWER)
    await story.answers()
    expect([story.asked(), story.revisions()]).toEqual([2, ['d']])
  })

  it('is asked about once, whatever was between', async () => {
    const story = await createAsked()
    story.follow(NEWER)
    story.follow(WAITING)
    await story.answers()
    await story.idle()
    expect([story.asked(), story.revisions()]).toEqual([1, ['c']])
  })

  it('is not told by what was rendered for one that came between', async () => {
    const story = await createAsked()
    await story.answers()
    story.follow(NEWER)
    await new Promise(setImmediate)
    story.follow(WAITING)
    await story.answers()
    story.follow(WAITING)
    await story.answers()
    expect([story.asked(), story.revisions()]).toEqual([3, ['c']])
  })

  it('is asked about no more once it is met, and that is no fault', async () => {
    const story = await createAsked()
    await story.answers('unreachable')
    story.follow(MET)
    await story.at(60_000)
    await story.idle()
    expect([story.asked(), story.lines.length]).toEqual([1, 1])
  })

  it('has to hold by itself where nobody said it before', async () => {
    const story = createStory()
    story.follow(UNSAID)
    await story.at(5_000)
    expect(story.follow(WAITING)).toBe(20_000)
  })

  it('is unknown once nobody has said it for so long, however often it was looked at', async () => {
    const story = createStory()
    story.follow(UNSAID)
    await story.at(10_000)
    expect(story.follow(UNSAID)).toBe(15_000)
    await story.at(15_000)
    expect(story.held()).toBe('unknown')
  })
})
