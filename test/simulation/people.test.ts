import { describe, expect, it } from 'vitest'
import { KedgeError } from '../../src/domain/errors.ts'
import { peopleOf, type ReportPeople } from '../../src/domain/report/people.ts'
import type { Forge } from '../../src/ports/forge.ts'
import { REPO } from './application.ts'
import { createRunningStage, type RunningStage } from './stage.ts'
import { fail, forgeThat, MINUTE, settle } from './transition-stories.ts'

/** A release that failed, whose revert grace approved and linus merged. */
async function mergedRevert(stage: RunningStage): Promise<void> {
  await fail(stage)
  stage.forges.approve(REPO, 1, 'grace')
  stage.merge(1, 'linus')
  await stage.pushed()
  await settle(stage)
}

function peopleNow(stage: RunningStage): ReportPeople {
  const [release] = stage.failed()
  if (!release) throw new Error('nothing has failed')
  return peopleOf(release, { revert: stage.reverts()[0] ?? null, quarantine: null, storm: null })
}

/** Counts what is asked of the forge about people, and refuses it with these faults, one after the other. */
function countingForge(...faults: readonly KedgeError[]) {
  const asked: number[] = []
  const options = forgeThat((forge: Forge) => ({
    async peopleOn(number) {
      const fault = faults[asked.push(number) - 1]
      if (fault) throw fault
      return forge.peopleOn(number)
    },
  }))
  return { asked, options }
}

describe('who merged a revert', () => {
  it('is written down once, with who approved it, and the forge is asked only once', async () => {
    const { asked, options } = countingForge()
    await using stage = await createRunningStage(options)
    await mergedRevert(stage)
    await stage.restart()
    await stage.advance(60 * MINUTE)
    expect(stage.reverts()).toMatchObject([{ outcome: 'merged', people: { approvers: ['grace'], mergedBy: 'linus' } }])
    expect(asked).toEqual([1])
    const records = await stage.records()
    expect(records.filter(({ event }) => event === 'revert-traced')).toMatchObject([{ kind: 'revert' }, { kind: 'effect' }])
    expect(peopleNow(stage)).toMatchObject({ revertApprovers: ['grace'], revertMergedBy: 'linus' })
  })

  it('is not known where that may not be read, and people are told why', async () => {
    const { asked, options } = countingForge(new KedgeError('E_FORGE_FORBIDDEN', 'it answered 403 to GET /pulls/1'))
    await using stage = await createRunningStage(options)
    await mergedRevert(stage)
    await stage.advance(60 * MINUTE)
    expect(asked).toEqual([1])
    expect(peopleNow(stage)).toMatchObject({ revertApprovers: null, revertMergedBy: null, notes: ['it answered 403 to GET /pulls/1'] })
  })

  it('is asked again where the forge does not answer, and neither the card nor the branch waits for it', async () => {
    const away = new KedgeError('E_FORGE_UNREACHABLE', 'no answer')
    const { asked, options } = countingForge(away, away, away)
    await using stage = await createRunningStage(options)
    await fail(stage)
    stage.merge(1, 'linus')
    await stage.pushed()
    expect(stage.cards()[0]?.card.outcome).toContain('was merged')
    expect(stage.branches()).toEqual([])
    expect(stage.reverts()[0]?.people).toBeUndefined()
    await stage.advance(5 * MINUTE)
    expect(asked).toEqual([1, 1, 1, 1])
    expect(stage.reverts()).toMatchObject([{ people: { mergedBy: 'linus' } }])
  })

  it('is nobody while it is open or closed without a merge, and nobody is asked', async () => {
    const { asked, options } = countingForge()
    await using stage = await createRunningStage(options)
    await fail(stage)
    expect(peopleNow(stage)).toMatchObject({ revertApprovers: '', revertMergedBy: '' })
    stage.forges.closeByHuman(REPO, 1)
    await stage.pushed()
    await settle(stage)
    expect(peopleNow(stage)).toMatchObject({ revertApprovers: '', revertMergedBy: '' })
    expect(asked).toEqual([])
  })
})

describe('who started the sync of a release', () => {
  it.each([
    [{ username: 'ada@example.com' }, 'ada@example.com'],
    [{ automated: true }, 'automatic sync'],
    [{}, null],
    [{ username: 'a\u202eda\u001b[31m\nx' }, 'a da x'],
  ])('%j is %j', async (initiatedBy, expected) => {
    await using stage = await createRunningStage()
    stage.app.change({ initiatedBy })
    await fail(stage)
    expect(peopleNow(stage).syncStartedBy).toBe(expected)
  })

  it('is told by the operation where the history of an old Argo CD does not say', async () => {
    await using stage = await createRunningStage()
    await fail(stage)
    expect(peopleNow(stage).syncStartedBy).toBe('automatic sync')
  })

  it('is that of its own sync, whoever has synced since', async () => {
    await using stage = await createRunningStage()
    stage.app.change({ initiatedBy: { username: 'ada' } })
    await fail(stage)
    stage.app.change({ initiatedBy: { username: 'mallory' } })
    stage.app.sync(stage.commit({ 'other/readme': 'y\n' }, 'docs'))
    await settle(stage)
    expect(peopleNow(stage).syncStartedBy).toBe('ada')
  })
})

it('a pull request with more approvers than are kept says how many are left out', async () => {
  await using stage = await createRunningStage()
  const bad = await stage.release('v2')
  const approvers = Array.from({ length: 60 }, (_, index) => `person-${index}`)
  stage.forges.introduce(REPO, bad, { number: 7, url: 'https://git.example/7', author: 'a'.repeat(10_000), approvers, mergedBy: 'grace' })
  await stage.abort()
  const people = peopleNow(stage)
  expect(people).toMatchObject({ mergedBy: 'grace', notes: ['10 more approvers are not kept'] })
  expect(people.approvers).toEqual(approvers.slice(0, 50))
  expect(people.author).toHaveLength(100)
})
