import { asString } from '../json.ts'
import type { Reply } from '../loopback/server.ts'
import type { CommitInfo } from './merge.ts'
import { noteRefs } from './pull-requests.ts'
import { renderCommit, renderPull, renderRepository } from './render.ts'
import { GitHubError, paginate, type Call, type Route } from './router.ts'

/** Routes of https://docs.github.com/en/rest/repos, /branches, /commits and /git/refs. */
export const REPOSITORY_ROUTES: readonly Route[] = [
  {
    method: 'GET',
    pattern: '/repos/:owner/:repo',
    answer: (call) => ({ status: 200, body: renderRepository(call.forge, call.repository) }),
  },
  {
    method: 'GET',
    pattern: '/repos/:owner/:repo/branches',
    answer: (call) =>
      paginate(
        call,
        [...call.repository.tips].map(([name, sha]) => ({ name, commit: { sha }, protected: false })),
        call.forge.url,
      ),
  },
  {
    method: 'GET',
    pattern: '/repos/:owner/:repo/branches/:branch+',
    answer: async (call) => ({ status: 200, body: await readBranch(call) }),
  },
  {
    method: 'GET',
    pattern: '/repos/:owner/:repo/git/ref/:ref+',
    answer: async (call) => ({ status: 200, body: await readRef(call) }),
  },
  {
    method: 'GET',
    pattern: '/repos/:owner/:repo/git/matching-refs/:ref+',
    answer: (call) => ({ status: 200, body: matchingRefs(call) }),
  },
  { method: 'POST', pattern: '/repos/:owner/:repo/git/refs', answer: createRef },
  { method: 'PATCH', pattern: '/repos/:owner/:repo/git/refs/:ref+', answer: moveRef },
  { method: 'DELETE', pattern: '/repos/:owner/:repo/git/refs/:ref+', answer: deleteRef },
  { method: 'GET', pattern: '/repos/:owner/:repo/commits', answer: listCommits },
  { method: 'GET', pattern: '/repos/:owner/:repo/commits/:sha/pulls', answer: pullsOfCommit },
  {
    method: 'GET',
    pattern: '/repos/:owner/:repo/commits/:sha',
    answer: async (call) => ({ status: 200, body: renderCommit(call.forge, call.repository, await commitOf(call)) }),
  },
  { method: 'GET', pattern: '/repos/:owner/:repo/compare/:range+', answer: compare },
]

async function readBranch(call: Call): Promise<unknown> {
  const name = call.params['branch'] ?? ''
  const sha = await call.repository.git.resolve(`refs/heads/${name}`)
  if (sha === undefined) throw new GitHubError(404, 'Branch not found')
  return {
    name,
    protected: false,
    commit: renderCommit(call.forge, call.repository, await call.repository.git.show(sha)),
  }
}

async function readRef(call: Call): Promise<unknown> {
  const ref = call.params['ref'] ?? ''
  const sha = await call.repository.git.resolve(`refs/${ref}`)
  if (sha === undefined) throw new GitHubError(404, 'Not Found')
  return renderRef(ref, sha)
}

function matchingRefs(call: Call): unknown[] {
  const ref = call.params['ref'] ?? ''
  return [...call.repository.tips].filter(([name]) => `heads/${name}`.startsWith(ref)).map(([name, sha]) => renderRef(`heads/${name}`, sha))
}

function renderRef(ref: string, sha: string): unknown {
  return { ref: `refs/${ref}`, object: { type: 'commit', sha } }
}

async function createRef(call: Call): Promise<Reply> {
  const { repository, actor, forge, body } = call
  const name = (asString(body['ref']) ?? '').replace(/^refs\/heads\//, '')
  const sha = asString(body['sha']) ?? ''
  if ((await repository.git.resolve(`refs/heads/${name}`)) !== undefined) throw new GitHubError(422, 'Reference already exists')
  if ((await repository.git.resolve(sha)) === undefined) throw new GitHubError(422, 'Object does not exist')
  await repository.git.moveBranch(name, { to: sha })
  await noteRefs(forge, repository, actor.login)
  return { status: 201, body: renderRef(`heads/${name}`, sha) }
}

async function moveRef(call: Call): Promise<Reply> {
  const { repository, actor, forge, body } = call
  const { name, from } = await branchOf(call)
  const to = asString(body['sha']) ?? ''
  if (body['force'] !== true && (await repository.git.mergeBase(from, to)) !== from)
    throw new GitHubError(422, 'Update is not a fast forward')
  await repository.git.moveBranch(name, { from, to })
  await noteRefs(forge, repository, actor.login)
  return { status: 200, body: renderRef(`heads/${name}`, to) }
}

async function deleteRef(call: Call): Promise<Reply> {
  const { name, from } = await branchOf(call)
  await call.repository.git.moveBranch(name, { from })
  await noteRefs(call.forge, call.repository, call.actor.login)
  return { status: 204 }
}

async function branchOf(call: Call): Promise<{ name: string; from: string }> {
  const name = (call.params['ref'] ?? '').replace(/^heads\//, '')
  const from = await call.repository.git.resolve(`refs/heads/${name}`)
  if (from === undefined) throw new GitHubError(422, 'Reference does not exist')
  return { name, from }
}

async function commitOf(call: Call): Promise<CommitInfo> {
  const asked = call.params['sha'] ?? ''
  const sha = await call.repository.git.resolve(asked)
  if (sha === undefined) throw new GitHubError(422, `No commit found for SHA: ${asked}`)
  return call.repository.git.show(sha)
}

async function listCommits(call: Call): Promise<Reply> {
  const { repository, forge, query } = call
  const tip = await repository.git.resolve(query.get('sha') ?? 'main')
  if (tip === undefined) throw new GitHubError(404, 'Not Found')
  const commits = (await repository.git.listCommits(tip)).toReversed()
  const page = paginate(call, commits, forge.url)
  const shown = await Promise.all(
    (page.body as string[]).map(async (sha) => renderCommit(forge, repository, await repository.git.show(sha))),
  )
  return { ...page, body: shown }
}

/** Pull requests that brought a commit to their base, or would. */
async function pullsOfCommit(call: Call): Promise<Reply> {
  const { sha } = await commitOf(call)
  const found = [...call.repository.pulls.values()].filter((pull) => pull.commits.includes(sha) || pull.merged?.sha === sha)
  return paginate(
    call,
    found.map((pull) => renderPull(call.forge, call.repository, pull)),
    call.forge.url,
  )
}

async function compare(call: Call): Promise<Reply> {
  const { repository, forge } = call
  const [base, head] = await Promise.all(
    (call.params['range'] ?? '').split('...').map((revision) => repository.git.resolve(revision.replace(`${repository.owner}:`, ''))),
  )
  const mergeBase = base !== undefined && head !== undefined ? await repository.git.mergeBase(base, head) : undefined
  if (base === undefined || head === undefined || mergeBase === undefined) throw new GitHubError(404, 'Not Found')
  const [ahead, behind, files] = await Promise.all([
    repository.git.listCommits(`${base}..${head}`),
    repository.git.listCommits(`${head}..${base}`),
    repository.git.changedFiles(mergeBase, head),
  ])
  const status = ahead.length === 0 ? (behind.length === 0 ? 'identical' : 'behind') : behind.length === 0 ? 'ahead' : 'diverged'
  const commits = await Promise.all(ahead.map(async (sha) => renderCommit(forge, repository, await repository.git.show(sha))))
  return {
    status: 200,
    body: {
      status,
      ahead_by: ahead.length,
      behind_by: behind.length,
      total_commits: ahead.length,
      merge_base_commit: { sha: mergeBase },
      commits,
      files: files.map(({ path }) => ({ filename: path })),
    },
  }
}
