import { expect, it } from 'vitest'
import type { ReportItem } from '../../src/api/report/contract.ts'
import { decodePlace } from '../../src/http/request/paging.ts'
import { reportPage } from '../../src/http/views/report.ts'
import { REPO } from './application.ts'
import { createRunningStage, type RunningStage } from './stage.ts'
import { settle } from './transition-stories.ts'

/** What is done to the world, noted beside by nothing of Kedge. */
interface Truth {
  synced: string
  /** Git is not asked while it is under way. */
  commit: string | null
  images: readonly string[]
  outcome: string
  by: string | null
  author: string | null
  merged: string | null
  revertMergedBy: string
  began: number
}

/** Plays releases that end in every way, and notes what was done. */
async function play(stage: RunningStage): Promise<readonly Truth[]> {
  const truths: Truth[] = []
  async function release(tag: string, by: string | null, people?: { author: string; merger: string }): Promise<Truth> {
    const began = stage.clock.now()
    stage.app.change({ initiatedBy: by === null ? {} : { username: by } })
    const commit = await stage.release(tag)
    const source = people && { number: 90 + truths.length, url: `https://git.example/pull/${tag}`, author: people.author, approvers: [] }
    if (source) stage.forges.introduce(REPO, commit, { ...source, mergedBy: people.merger })
    const outcome = 'promoted'
    const truth: Truth = {
      synced: commit,
      commit,
      images: [`web:${tag}`],
      outcome,
      by,
      author: people?.author ?? null,
      merged: people?.merger ?? null,
      revertMergedBy: '',
      began,
    }
    truths.push(truth)
    return truth
  }
  // One that makes it, started by a person, brought by a pull request.
  await release('v2', 'ada', { author: 'grace', merger: 'linus' })
  stage.web.healthy('v2')
  await settle(stage)
  // One that fails, whose revert alan merges, and that is restored; nobody knows who brought it.
  const failed = await release('v3', null)
  await stage.abort()
  failed.outcome = 'restored'
  failed.revertMergedBy = 'alan'
  const merged = stage.merge(1, 'alan')
  await stage.pushed()
  stage.app.sync(merged)
  stage.web.healthy('v2')
  await settle(stage)
  await settle(stage)
  // One that fails and that a newer one takes the place of.
  const overtaken = await release('v4', 'edsger')
  await stage.abort()
  overtaken.outcome = 'superseded'
  await release('v5', 'edsger')
  stage.web.healthy('v5')
  await settle(stage)
  // One that is open still.
  const open = await release('v6', 'ada')
  Object.assign(open, { outcome: 'open', commit: null })
  return truths
}

async function reportOf(stage: RunningStage, limit: number): Promise<readonly ReportItem[]> {
  const options = { ledger: stage.ledger, store: stage.ledgerStore, clock: stage.clock }
  const items: ReportItem[] = []
  let before: ReturnType<typeof decodePlace>
  while (true) {
    const page = await reportPage(options, { limit, before })
    items.push(...page.items)
    if (page.continue === null) return items
    before = decodePlace(page.continue)
  }
}

it('a report says of each release what was done to it, as it was noted beside, however it is paged', async () => {
  await using stage = await createRunningStage()
  const truths = await play(stage)
  const items = await reportOf(stage, 100)
  // The baseline's own first version is no release.
  expect(items.map(({ synced }) => synced)).toEqual(truths.map(({ synced }) => [synced]).toReversed())
  for (const truth of truths) {
    const item = items.find(({ synced }) => synced?.[0] === truth.synced)
    expect({
      images: item?.images.map(({ image }) => image.replace(/^.*\//, '')),
      commit: item?.commit,
      outcome: item?.outcome,
      by: item?.people.syncStartedBy,
      author: item?.people.author,
      merged: item?.people.mergedBy,
      revertMergedBy: item?.people.revertMergedBy,
      isInTime: (item?.times.began ?? 0) >= truth.began && (item?.times.began ?? Infinity) <= truth.began + 10_000,
    }).toEqual({
      images: truth.images,
      commit: truth.commit,
      outcome: truth.outcome,
      by: truth.by,
      author: truth.author,
      merged: truth.merged,
      revertMergedBy: truth.revertMergedBy,
      isInTime: true,
    })
  }
  for (const limit of [1, 2, 3]) expect(await reportOf(stage, limit)).toEqual(items)
})

it('the records that a row names are those of its release and its revert, with their hashes', async () => {
  await using stage = await createRunningStage()
  await play(stage)
  const records = await stage.records()
  for (const item of await reportOf(stage, 2)) {
    for (const { of: kind, first, last, hash } of item.records) {
      const own = records.filter(
        (record) => record.kind === kind && (kind === 'revert' ? record.sequence >= first : record.key === item.key),
      )
      expect(own[0]?.sequence).toBe(first)
      expect(records[last - 1]).toMatchObject({ sequence: last, hash, kind })
    }
    expect(item.records.map((one) => one.of)).toEqual(
      item.pullRequests.some(({ what }) => what === 'revert') ? ['release', 'revert'] : ['release'],
    )
  }
})
