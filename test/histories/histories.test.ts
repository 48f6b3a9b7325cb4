import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { describe, expect, it } from 'vitest'
import { playSeed } from './history.ts'
import type { ProvenBy } from './kedge.ts'
import { createTable } from './table.ts'

const RUN = fileURLToPath(new URL('run.ts', import.meta.url))

/** The row of all histories, by column. Options are those of `npm run histories`. */
async function rowOf(...args: readonly string[]): Promise<Readonly<Record<string, number>>> {
  const { values } = parseArgs({
    args: [...args],
    options: { count: { type: 'string' }, seed: { type: 'string' }, by: { type: 'string', default: 'rendering' } },
  })
  const printed = values.count === '1' ? await playHere(Number(values.seed), values.by as ProvenBy) : await playAside(args)
  const [head = '', all = ''] = printed.split('\n')
  const [, ...cells] = all.trim().split(/\s+/)
  const columns = head.trim().split(/\s+/)
  // Counts come first: the shares at the end have the same names.
  return Object.fromEntries(columns.map((name, index): [string, number] => [name, Number(cells[index])]).toReversed())
}

/** One costs less than the start of a process. */
async function playHere(seed: number, by: ProvenBy): Promise<string> {
  const table = createTable()
  table.add(await playSeed(seed, by))
  return table.print()
}

/** Many, as a process of its own: in here every call costs twice the time. */
function playAside(args: readonly string[]): Promise<string> {
  return new Promise((resolve) => execFile(process.execPath, [RUN, '--no-stories', ...args], (_, stdout) => resolve(stdout)))
}

describe('generated histories', () => {
  it('play the same way again', async () => {
    const [first, second] = [await playSeed(3, 'rendering'), await playSeed(3, 'rendering')]
    expect(second).toEqual(first)
  })

  it.each([
    ['tell no commit of N for a culprit', '50512'],
    ['tell no commit for a culprit whose sync began within a second of the one that made N+1', '64964'],
    ['tell no commit for a culprit that was the first to be synced where the Application was made anew', '150001940'],
  ])('with rewritten templates %s', async (_, seed) => {
    expect(await rowOf('--count', '1', '--seed', seed)).toMatchObject({ histories: 1, false: 0 })
  })

  it.each([
    ['the next sync began in the second in which N+1 appeared, and its own is taken for what was made by hand meanwhile', '61156'],
    ['a sync was never seen to run, and no image tells whether it did', '61157'],
    ['another Rollout in the restored files runs the tag that N had', '200403'],
    ['N was undone by hand, and a later commit of other files was taken for the restore', '82021'],
    ['a sync was never taken up, and the next one changes another file', '201244'],
    ['Kedge has not seen N run, and what failed before was begun anew by a later commit', '201467'],
    ['another Rollout loses the tag of N with the same commit that gives N+1 its own', '300137'],
    ['the sync that made N+1 has failed, and an earlier one was taken for it', '80215'],
    ['N was brought back by hand, and is of a later commit than the history has', '90114'],
    ['the sync that made N has failed, so that the history does not have it', '200761'],
    ['no sync has ever succeeded, and what the ledger saw of N is older than what brought it', '62424'],
    ['other steps came by a sync that failed, after the one that brought N', '802165'],
    ['N is back by hand over a version whose sync has failed', '800663'],
    ['N is back by hand from what failed over another version, and an earlier sync had brought it once', '7600620'],
    ['a Rollout that comes back was removed before Kedge first looked', '10100813'],
    ['its ReplicaSet was not in view while two syncs were', '200001108'],
    ['new steps and another commit were synced within a second', '230000316'],
    ['a revert leaves beside it what had failed before', '230001403'],
    ['the sync that brings other steps was running when the attempt before failed, and another one follows', '174000596'],
    ['another image was released with what failed under the same tag', '230000049'],
    ['a push by force has dropped the commit that made N', '170000034'],
    ['N was brought back by hand, and self-heal brings what had failed over another version', '291007715'],
    ['the branch has moved on from the commit that made what fails', '186'],
    ['a bot pushed N+1 again after the revert was merged, and N is back by hand', '420001606'],
    ['a base names the tag of N, and the overlay that was synced but never taken up another in its place', '430004268'],
    ['N is known from an earlier failure, and another sync came before the controller took up what made N+1', '430012289'],
    ['what failed comes back with other steps, and a later commit is synced before it fails again', '460017094'],
  ])('tell nothing wrong by files where %s', async (_, seed) => {
    expect(await rowOf('--count', '1', '--seed', seed, '--by', 'files')).toMatchObject({ histories: 1, false: 0 })
  })

  it.each([
    ['a sync that changed no template began in the same second', '200065'],
    ['what was made by hand in the same second was taken for that of the sync', '200068'],
    ['several releases have failed over the same N', '200028'],
    ['the controller took it up at once, though no image differs', '61115'],
    ['other steps came with the next sync, which began before the abort', '330116'],
  ])('miss nothing by files where %s', async (_, seed) => {
    expect(await rowOf('--count', '1', '--seed', seed, '--by', 'files')).toMatchObject({ false: 0, missed: 0 })
  })

  it('open nothing where N was brought back by hand from what a sync that failed had brought, and Kedge was away', async () => {
    expect(await rowOf('--count', '1', '--seed', '191015044')).toMatchObject({ histories: 1, pulls: 0, false: 0 })
  })

  it('miss nothing where what has failed is tried again with more, and a later release fails on top of it', async () => {
    expect(await rowOf('--count', '1', '--seed', '10000934')).toMatchObject({ false: 0, missed: 0 })
  })

  it.each([
    ['leave no Rollout at what came with something that goes back', '510369', 'rendering'],
    ['leave no Rollout at what came with something that goes back', '510369', 'files'],
    ["take no commit of another Rollout's own back", '510449', 'rendering'],
    ['name no commit whose change was taken back before the release', '110000502', 'rendering'],
    ['do not take a version that a later commit has brought back for the one whose PR was opened before', '7801188', 'rendering'],
    ['let nothing of a release stand in for N where an Application was made anew', '150001610', 'rendering'],
    ['leave alone what was taken back before, and is judged so', '150003139', 'rendering'],
    ['are judged by the branch as a push by force has left it', '250000571', 'files'],
    ['give files the state of N that the branch has after a push by force, and are judged so', '440020190', 'files'],
    ['take no tag of one Rollout for that of another that failed', '250001778', 'files'],
    ['tell who brings the image that failed back beside something new', '170000329', 'rendering'],
    ['tell of an image that failed and comes back with something else, and are judged so', '177000049', 'files'],
    ['take back what people brought by hand and Git has come to ask for since, and are judged so', '191001216', 'rendering'],
    ['tell no commit that it failed, where files do not show what would be restored', '291014544', 'files'],
    ['leave a commit alone that another one overtook, where both were synced within a second', '291014012', 'files'],
    ['take back what argocd app rollback brought and Git has come to ask for since, and are judged so', '330035643', 'rendering'],
    ['leave what has come to follow a tag alone, though the watch is late', '320009092', 'rendering'],
    ['leave what was changed and taken back as others have made it since, and are judged so', '330000153', 'rendering'],
  ])('%s (seed %s, by %s)', async (_, seed, by) => {
    const row = await rowOf('--count', '1', '--seed', seed, '--by', by)
    expect(row).toMatchObject({ histories: 1, false: 0 })
    expect(row['pulls']).toBeGreaterThan(0)
  })

  it.each([
    ['a sync went on to a newer commit while it was tried again', '330040753', 'rendering'],
    ['what argocd app rollback brought again is put down to no sync that others began with', '440013100', 'files'],
  ])('tell nothing wrong where %s', async (_, seed, by) => {
    expect(await rowOf('--count', '1', '--seed', seed, '--by', by)).toMatchObject({ histories: 1, false: 0 })
  })

  it('miss nothing where the history of Argo CD is too short to hold the sync of N', async () => {
    expect(await rowOf('--count', '1', '--seed', '40000334')).toMatchObject({ false: 0, missed: 0 })
  })

  it('open and close no PR for ever, where what a failure is put down to changes to and fro', async () => {
    const row = await rowOf('--count', '1', '--seed', '88247')
    expect(row).toMatchObject({ histories: 1, false: 0, second: 0 })
    expect(row['pulls']).toBeLessThanOrEqual(6)
  })

  // What a hundred thousand show is looked at by `npm run histories`.
  it.each(['rendering', 'files'])('show no false PR, no second one and no failure that nobody was told of, by %s', async (by) => {
    const row = await rowOf('--count', '40', '--by', by)
    expect(row).toMatchObject({ histories: 40, false: 0, second: 0, untold: 0 })
    expect(row['pulls']).toBeGreaterThan(20)
  })
})
