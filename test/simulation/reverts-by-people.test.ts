import { expect, it } from 'vitest'
import type { CommitSha } from '../../src/domain/application/commit.ts'
import { sha } from '../contract/git/origin.ts'
import { REPO } from './application.ts'
import { manifest } from './manifest.ts'
import { createRunningStage, type RunningStage } from './stage.ts'

const MINUTE = 60_000

async function makesIt(stage: RunningStage, tag: string): Promise<void> {
  await stage.release(tag)
  stage.web.healthy(tag)
  await stage.show()
  await stage.advance(MINUTE)
}

function decided(stage: RunningStage): unknown {
  const decision = stage.failed()[0]?.decision
  return { action: decision?.action, failed: decision?.checks.find((check) => check.outcome === 'failed') }
}

it('B5: a commit that brings back what the branch was before is a revert, whatever it says, and is not reverted', async () => {
  await using stage = await createRunningStage()
  await makesIt(stage, 'v2')
  await stage.release('v1', 'web: calmer')
  await stage.abort()
  expect(decided(stage)).toMatchObject({
    action: 'notify',
    failed: { id: 'P8', detail: /brings back files or fields as they were before/ },
  })
  expect(stage.pulls()).toEqual([])
})

/** A Rollout as people write it, with a field that others change. */
const file = (tag: string, level: number): string => `# ours\n${manifest(tag)}`.replace('"kind"', `"x-level": ${level},\n "kind"`)

it.each([
  ['one release', ['v2']],
  ['several', ['v2', 'v3']],
])('B5: a commit that brings back only the fields of %s, beside what others have changed since, is a revert', async (_, tags) => {
  await using stage = await createRunningStage()
  const commit = (tag: string, level: number, message: string) => stage.commit({ 'apps/web/rollout.yaml': file(tag, level) }, message)
  stage.app.sync(commit('v1', 1, 'level'))
  await stage.show()
  await stage.advance(MINUTE)
  const runs = async (tag: string, sha: string): Promise<void> => {
    stage.app.sync(sha)
    stage.web.canary(tag)
    await stage.show()
    await stage.advance(10_000)
  }
  for (const tag of tags) {
    await runs(tag, commit(tag, 1, `web ${tag}`))
    stage.web.healthy(tag)
    await stage.show()
    await stage.advance(MINUTE)
  }
  stage.app.sync(commit(tags.at(-1) ?? '', 2, 'level 2'))
  await stage.show()
  await stage.advance(MINUTE)
  await runs('v1', commit('v1', 2, 'web: calmer'))
  await stage.abort()
  expect(decided(stage)).toMatchObject({ action: 'notify', failed: { id: 'P8', detail: /calmer” brings back files or fields/ } })
  expect(stage.pulls()).toEqual([])
})

it('a commit that brings back fields of what has failed, beside what others have changed since, is a new try', async () => {
  await using stage = await createRunningStage()
  const releases = async (tag: string, level: number, message: string): Promise<void> => {
    stage.app.sync(stage.commit({ 'apps/web/rollout.yaml': file(tag, level) }, message))
    stage.web.canary(tag)
    await stage.show()
    await stage.advance(10_000)
  }
  stage.app.sync(stage.commit({ 'apps/web/rollout.yaml': file('v1', 1) }, 'level'))
  await stage.show()
  await stage.advance(MINUTE)
  await releases('v2', 1, 'web v2')
  await stage.abort()
  stage.app.sync(stage.merge(1))
  stage.web.healthy('v1')
  await stage.show()
  await stage.advance(MINUTE)
  stage.app.sync(stage.commit({ 'apps/web/rollout.yaml': file('v1', 2) }, 'level 2'))
  await stage.show()
  await stage.advance(MINUTE)
  await releases('v2', 2, 'web v2 once more')
  await stage.abort()
  expect(stage.pulls().filter(({ state }) => state === 'open')).toHaveLength(1)
})

it('a revert by what it does is none to be reverted, however many commits have come after it', async () => {
  await using stage = await createRunningStage()
  const note = (text: string, message: string): unknown => stage.commit({ 'apps/web/note.yaml': text }, message)
  note('a: 1\n', 'one')
  note('a: 2\n', 'two')
  await makesIt(stage, 'v2')
  note('a: 1\n', 'calm')
  for (const at of [1, 2, 3, 4, 5, 6]) stage.commit({ [`apps/web/more-${at}.yaml`]: 'a: 1\n' }, `more ${at}`)
  await stage.release('v3')
  await stage.abort()
  expect(decided(stage)).toMatchObject({
    action: 'notify',
    failed: { id: 'P8', detail: /calm” brings back files or fields as they were before/ },
  })
})

it.each([
  ['', {}],
  [', with a new file beside it', { 'apps/web/note.yaml': 'a: 1\n' }],
])('a commit that brings back what has failed is no revert%s: it goes back together with what is released on top', async (_, more) => {
  await using stage = await createRunningStage()
  const fails = async (tag: string, message: string, files = {}): Promise<void> => {
    const author = 'argocd-image-updater <noreply@argoproj.io>'
    stage.app.sync(stage.commit({ 'apps/web/rollout.yaml': manifest(tag), ...files }, message, { author }))
    stage.web.canary(tag)
    await stage.show()
    await stage.advance(10_000)
    await stage.abort()
  }
  await fails('v2', 'web v2')
  stage.app.sync(stage.merge(1))
  stage.web.healthy('v1')
  await stage.show()
  await stage.advance(MINUTE)
  await fails('v2', 'web v2 again', more)
  expect(decided(stage)).toMatchObject({ action: 'notify', failed: { id: 'P8', detail: /pushed it again/ } })
  await fails('v3', 'web v3')
  expect(
    stage
      .reverts()
      .find(({ state }) => state === 'open')
      ?.culprits.map(({ subject }) => subject),
  ).toEqual(['web v2 again', 'web v3'])
})

it('more commits than can be held against older states are refused by name', async () => {
  await using stage = await createRunningStage()
  for (let at = 0; at < 20; at += 1) stage.commit({ [`apps/web/more-${at}.yaml`]: 'a: 1\n' }, `more ${at}`)
  await stage.release('v2')
  await stage.abort()
  expect(decided(stage)).toMatchObject({ action: 'notify', failed: { id: 'P8', detail: /^of 21 commits, it was not looked at/ } })
})

it('a feature that has to do with reverts is reverted like any other', async () => {
  await using stage = await createRunningStage()
  await stage.release('v2', 'Revert button for orders')
  await stage.abort()
  expect(stage.pulls()).toHaveLength(1)
})

it("B5: a person's revert by the forge's button, merged by a merge commit, is not reverted", async () => {
  await using stage = await createRunningStage()
  await makesIt(stage, 'v2')
  const head = stage.commit({ 'apps/web/rollout.yaml': manifest('v1', 'web') + '\n' }, 'Revert "web v2"', { branch: 'revert-11-web' })
  const main = stage.commit({ 'other/readme': 'y\n' }, 'others')
  const merged = stage.commit({ 'apps/web/rollout.yaml': manifest('v1', 'web') + '\n' }, 'Merge pull request #12 from shop/revert-11-web', {
    parents: [main, head],
  })
  stage.app.sync(merged)
  stage.web.canary('v1')
  await stage.show()
  await stage.advance(10_000)
  await stage.abort()
  expect(decided(stage)).toMatchObject({ action: 'notify', failed: { id: 'P8', detail: /is itself a revert/ } })
})

it("B6: a person's open PR that restores the same files is found first: ours is not opened, and the card links theirs", async () => {
  await using stage = await createRunningStage()
  await stage.release('v2')
  stage.commit({ 'apps/web/rollout.yaml': manifest('v1'), 'notes.md': 'x\n' }, 'Revert "web v2"', {
    branch: 'calm',
    parents: [headOf(stage)],
  })
  const number = await stage.forges.openByHuman(REPO, { branch: 'calm', base: 'main', title: 'calm down', body: '', author: 'ada' })
  await stage.abort()
  expect(stage.pulls()).toHaveLength(1)
  expect(decided(stage)).toMatchObject({ action: 'notify', failed: { id: 'P9', detail: /PR #1 is open and restores the same files/ } })
  const url = stage.pulls()[0]?.url
  expect(stage.cards()[0]?.card.links).toContainEqual({ text: `PR #${number}`, url })
  expect(stage.failed()[0]?.decision?.theirs).toEqual({ number, url })
})

it("a person's PR that says the same in another layout restores the same; one that says something else does not", async () => {
  await using stage = await createRunningStage()
  await stage.release('v2')
  const fields = Object.entries(JSON.parse(manifest('v1')) as Record<string, unknown>)
  const reordered = `# back to what ran\n${JSON.stringify(Object.fromEntries(fields.toReversed()), null, 3)}\n`
  stage.commit({ 'apps/web/rollout.yaml': reordered }, 'calm', { branch: 'calm', parents: [headOf(stage)] })
  const other = reordered.replace('v1', 'v0')
  stage.commit({ 'apps/web/rollout.yaml': other }, 'older', { branch: 'older', parents: [headOf(stage)] })
  await stage.forges.openByHuman(REPO, { branch: 'older', base: 'main', title: 'older', body: '', author: 'ada' })
  const number = await stage.forges.openByHuman(REPO, { branch: 'calm', base: 'main', title: 'calm down', body: '', author: 'ada' })
  await stage.abort()
  expect(stage.pulls().map(({ author }) => author)).toEqual(['ada', 'ada'])
  expect(stage.failed()[0]?.decision?.theirs).toMatchObject({ number })
})

it("where a person's PR is closed without a merge, ours is opened", async () => {
  await using stage = await createRunningStage()
  await stage.release('v2')
  stage.commit({ 'apps/web/rollout.yaml': manifest('v1') }, 'calm', { branch: 'calm', parents: [headOf(stage)] })
  await stage.forges.openByHuman(REPO, { branch: 'calm', base: 'main', title: 'calm down', body: '', author: 'ada' })
  await stage.abort()
  stage.forges.closeByHuman(REPO, 1)
  await stage.pushed()
  await stage.advance(2 * MINUTE)
  expect(stage.pulls()).toMatchObject([{ state: 'closed' }, { state: 'open', author: 'kedge' }])
})

it("a person's PR that does something else stands in no revert's way", async () => {
  await using stage = await createRunningStage()
  await stage.release('v2')
  stage.commit({ 'apps/web/rollout.yaml': manifest('v3') }, 'forward', { branch: 'forward', parents: [headOf(stage)] })
  await stage.forges.openByHuman(REPO, { branch: 'forward', base: 'main', title: 'forward', body: '', author: 'ada' })
  await stage.abort()
  expect(stage.pulls()).toMatchObject([{ author: 'ada' }, { author: 'kedge' }])
})

it('a branch that was left before N+1 restores nothing, and its open PR stands in no way', async () => {
  await using stage = await createRunningStage()
  stage.commit({ 'docs/feature.md': 'x\n' }, 'Write docs', { branch: 'docs', parents: [stage.good] })
  await stage.forges.openByHuman(REPO, { branch: 'docs', base: 'main', title: 'Write docs', body: '', author: 'ada' })
  await stage.release('v2')
  await stage.abort()
  expect(stage.pulls()).toMatchObject([{ author: 'ada' }, { author: 'kedge' }])
})

it("a person's draft that restores the same files stands in no way", async () => {
  await using stage = await createRunningStage()
  await stage.release('v2')
  stage.commit({ 'apps/web/rollout.yaml': manifest('v1') }, 'calm', { branch: 'calm', parents: [headOf(stage)] })
  await stage.forges.openByHuman(REPO, { branch: 'calm', base: 'main', title: 'calm', body: '', author: 'ada', draft: true })
  await stage.abort()
  expect(stage.pulls()).toMatchObject([{ author: 'ada' }, { author: 'kedge' }])
})

function headOf(stage: RunningStage): CommitSha {
  return sha(stage.origin.git(['rev-parse', 'refs/heads/main']))
}
