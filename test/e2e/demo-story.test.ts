import { describe, expect, it } from 'vitest'
import { FORGES } from '../../src/demo/forges.ts'
import { createNarrator } from '../../src/demo/narrator.ts'
import { cardLines, cards, revertPulls } from '../../src/demo/sights.ts'
import { openStage, type Stage } from '../../src/demo/stage.ts'
import { STORIES } from '../../src/demo/stories.ts'
import { remember } from './remember.ts'

/** A story takes a few seconds; the machine may have other things to do. */
const PATIENCE_MS = 90_000

/** Plays a story and hands over the stage as it is at its end. `pace`: some count their own seconds. */
async function play(
  name: string,
  look: (stage: Stage, told: string) => void | Promise<void>,
  { on = 'github', pace = 0.3 }: { on?: string; pace?: number } = {},
): Promise<void> {
  const story = STORIES.get(name)!
  const { said, io } = remember()
  await using stage = await openStage({ port: 0, world: { ...story.world, pace }, forge: FORGES.get(on)!, ...story.config })
  await story.play({ stage, narrator: createNarrator(io, () => 0) }, () => Promise.resolve())
  await look(stage, said.out)
}

const newestRelease = async ({ client }: Stage) => (await client.release((await client.rollouts({}))[0]!.release!)).release
const failedChecks = async (stage: Stage) =>
  (await newestRelease(stage)).decision!.checks.filter(({ outcome }) => outcome === 'failed').map(({ id }) => id)
const theCard = ({ world }: Stage) => cardLines(cards(world).at(-1)!).join('\n')
const serving = async ({ client }: Stage) => (await client.rollouts({}))[0]!.serving

/** Follows the links that the service shows, as a person without a token does. */
async function seeThePages(stage: Stage): Promise<void> {
  const { release, revert, links } = await stage.client.release((await stage.client.rollouts({}))[0]!.release!)
  const read = async (url: string): Promise<string> => {
    const answer = await fetch(url)
    expect([url, answer.status, answer.headers.get('content-type')]).toEqual([url, 200, 'text/html; charset=utf-8'])
    return answer.text()
  }
  const pull = await read(revert!.pullRequest!.url)
  for (const words of ['merged', 'success-rate', revert!.branch, 'kedge[bot] wants to merge', '+ ', '- ']) expect(pull).toContain(words)
  expect(pull).not.toMatch(/<script|<img|javascript:/)
  expect(await read(links.badCommit!)).toContain(release.revision!.slice(0, 12))
  expect((await fetch(`${stage.world.forge.url}/acme/gitops/pull/999`)).status).toBe(401)
}

// Each has a stage of its own, and most of its time is waiting for it.
describe.concurrent('the story', { timeout: PATIENCE_MS }, () => {
  it('an aborted release becomes one merged revert PR, one card, and N restored', async () => {
    await play('main', async (stage, told) => {
      const pulls = revertPulls(stage.world)
      expect(pulls).toHaveLength(1)
      expect(pulls[0]).toMatchObject({
        author: 'kedge[bot]',
        merged: { by: 'bob' },
        reviewers: ['alice', 'bob'],
        labels: expect.arrayContaining(['kedge']),
      })
      expect(cards(stage.world)).toHaveLength(1)
      expect(theCard(stage)).toContain('restored')
      expect(await newestRelease(stage)).toMatchObject({ outcome: 'restored', cause: 'analysis-failed', recurrence: 1, author: 'Alice' })
      expect(await serving(stage)).toBe('in-step')
      await seeThePages(stage)
      expect(told).toMatch(
        /success-rate 0\.97[^]*0\.93[^]*0\.91[^]*aborts[^]*Split[^]*PR #2[^]*evidence[^]*proof[^]*merges[^]*Restored[^]*ledger verified/,
      )
    })
  })

  it.each([...FORGES.keys()].filter((on) => on !== 'github'))('is the same on %s', async (on) => {
    await play(
      'main',
      async (stage, told) => {
        const [pull, ...others] = revertPulls(stage.world)
        expect(others).toEqual([])
        expect(pull).toMatchObject({ author: 'kedge[bot]', merged: { by: 'bob' }, reviewers: ['alice', 'bob'] })
        expect(pull?.labels).toContain('kedge')
        expect(await newestRelease(stage)).toMatchObject({ outcome: 'restored', cause: 'analysis-failed', author: 'Alice' })
        expect(await serving(stage)).toBe('in-step')
        await seeThePages(stage)
        expect(told).toMatch(/aborts[^]*Split[^]*(?:PR #|MR !)2[^]*proof[^]*merges[^]*Restored[^]*ledger verified/)
      },
      { on },
    )
  })

  it('a newer release closes the PR on gitlab, too, and it is Kedge that did', async () => {
    await play('superseded', (stage) => expect(revertPulls(stage.world)).toMatchObject([{ closed: { by: 'kedge[bot]' } }]), {
      on: 'gitlab',
    })
  })

  it('a later commit to the same file stays: one merged revert PR names the field that goes back, and N is restored', async () => {
    await play('later-commit', async (stage, told) => {
      const [pull, ...others] = revertPulls(stage.world)
      expect([pull?.merged?.by, others]).toEqual(['bob', []])
      expect(pull?.body).toMatch(
        /rollout\.yaml`, this field is as at `\w{12}` again: `\S+\[main\]\.image`\. `\w{12}` has changed it since, and that stays/,
      )
      expect(cards(stage.world)).toHaveLength(1)
      expect(await newestRelease(stage)).toMatchObject({ outcome: 'restored', recurrence: 1 })
      expect(await serving(stage)).toBe('in-step')
      expect(stage.world.rollout()?.spec.replicas).toBe(5)
      expect(told).toMatch(/Dave scales checkout[^]*PR #\d+[^]*is as at [0-9a-f]{7}, but for the image[^]*Restored/)
    })
  })

  it('a bot that pushes the bad tag again after the revert gets a notice and no second PR', async () => {
    await play('image-bot', async (stage) => {
      expect(revertPulls(stage.world)).toHaveLength(1)
      expect(cards(stage.world)).toHaveLength(2)
      expect(await newestRelease(stage)).toMatchObject({ recurrence: 2, state: 'failed', revertKey: null })
      expect(await failedChecks(stage)).toEqual(['P8'])
      expect(await serving(stage)).toBe('split')
    })
  })

  it('a first deploy that fails has no N to go back to: a notice only', async () => {
    await play('first-deploy', async (stage) => {
      expect(revertPulls(stage.world)).toEqual([])
      expect(await newestRelease(stage)).toMatchObject({ cause: 'first-deploy', goodRevision: null })
      expect(theCard(stage)).toContain('there is no version before it')
      expect(await serving(stage)).toBe('first-deploy-failed')
    })
  })

  it('a person’s abort is a person’s decision: a notice only', async () => {
    await play('human-abort', async (stage) => {
      expect(revertPulls(stage.world)).toEqual([])
      expect(cards(stage.world)).toHaveLength(1)
      expect(await failedChecks(stage)).toEqual(['P11'])
      expect((await newestRelease(stage)).cause).toBe('human-abort')
    })
  })

  it('metrics that cannot be read are an error and no verdict on the release: a notice only', async () => {
    await play('error-not-failure', async (stage) => {
      expect(revertPulls(stage.world)).toEqual([])
      expect(cards(stage.world)).toHaveLength(1)
      expect(await failedChecks(stage)).toEqual(['P11'])
      expect((await newestRelease(stage)).cause).toBe('analysis-error')
    })
  })

  it('a release that burns its error budget becomes one merged revert PR, and N serves once the alert is over', async () => {
    await play(
      'burn-after-promotion',
      async (stage, told) => {
        const [pull, ...others] = revertPulls(stage.world)
        expect([pull?.merged?.by, others]).toEqual(['bob', []])
        expect(pull?.body).toContain('The cluster does not run the version before.')
        expect(cards(stage.world)).toHaveLength(1)
        expect(theCard(stage)).toContain('restored')
        expect(await serving(stage)).toBe('in-step')
        expect(told).toMatch(/promoted[^]*ErrorBudgetBurn fires[^]*PR #\d+[^]*merges[^]*ErrorBudgetBurn ends[^]*ledger verified/)
      },
      { pace: 1 },
    )
  })

  it('a newer release closes the open PR with the reason, and its branch goes', async () => {
    await play('superseded', async (stage) => {
      const [revert, ...others] = revertPulls(stage.world)
      expect(others).toEqual([])
      expect(revert).toMatchObject({ state: 'closed', closed: { by: 'kedge[bot]' } })
      expect(revert).not.toHaveProperty('merged')
      expect(stage.world.repository.comments.filter(({ number }) => number === revert?.number)).toHaveLength(1)
      expect([...(await stage.world.repository.git.branches()).keys()]).toEqual(['main'])
      expect(await serving(stage)).toBe('in-step')
    })
  })
})
