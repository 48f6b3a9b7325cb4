import type { Exchange, Handler, Reply } from '../loopback/server.ts'
import type { Forge, PullRequest, Repository } from './forge.ts'
import { tryGit } from './git.ts'

// The pages of a forge, for the person who follows a link of the demo: a real one is read in a browser, without a token.

const PULL = /^\/(.+?)\/(?:pull|pulls|-\/merge_requests)\/(\d{1,9})$/
const COMMIT = /^\/(.+?)\/(?:-\/)?commit\/([0-9a-f]{4,40})$/
const MOST_DIFF = 100_000
const STYLE = `body{font:15px/1.5 system-ui,sans-serif;max-width:1000px;margin:24px auto;padding:0 16px;color-scheme:light dark}
pre{white-space:pre-wrap;overflow-wrap:anywhere;border:1px solid #8888;border-radius:6px;padding:12px;font-size:13px}
.state{border-radius:12px;padding:2px 10px;color:#fff;background:#1a7f37}.merged{background:#8250df}.closed{background:#b3261e}
.note{opacity:.75}li{margin:4px 0}`

/** A forge with pages: of pull requests and commits, at the addresses of GitHub, Gitea and GitLab. All else is its own to answer. */
export function withPages(forge: Forge, handle: Handler): Handler {
  return async (exchange) => (await webPage(forge, exchange)) ?? handle(exchange)
}

async function webPage(forge: Forge, { method, url }: Exchange): Promise<Reply | undefined> {
  if (method !== 'GET' || url.pathname.startsWith('/api/')) return undefined
  const [, ofPull = '', number] = PULL.exec(url.pathname) ?? []
  const pulled = forge.repositories.get(ofPull)
  const pull = pulled?.pulls.get(Number(number))
  if (pulled && pull) return page(`${pull.title} · #${pull.number}`, await pullBody(forge, pulled, pull))
  const [, ofCommit = '', revision = ''] = COMMIT.exec(url.pathname) ?? []
  const repository = forge.repositories.get(ofCommit)
  const sha = await repository?.git.resolve(revision)
  return repository && sha !== undefined ? page(`${sha.slice(0, 7)}`, await commitBody(repository, sha)) : undefined
}

async function pullBody(forge: Forge, repository: Repository, pull: PullRequest): Promise<string> {
  const { number, title, body, author, head, base, headSha, commits, reviewers, teams, labels } = pull
  const state = pull.merged ? 'merged' : pull.state
  const told = await Promise.all(commits.map((sha) => repository.git.show(sha)))
  const from = told[0]?.parents[0]
  const address = `${forge.url}/${repository.owner}/${repository.name}/commit/`
  const links = told.map(
    ({ sha, message }) => `<a href="${address}${sha}"><code>${sha.slice(0, 7)}</code></a> ${escape(message.split('\n')[0] ?? '')}`,
  )
  const comments = repository.comments.filter((one) => one.number === number)
  return `<h1>${escape(title)} <small>#${number}</small></h1>
<p><span class="state ${state}">${state}</span> ${escape(author)} wants to merge <code>${escape(head)}</code>
into <code>${escape(base)}</code></p>
${line('Reviewers', [...reviewers, ...teams])}${line('Labels', labels)}
<pre>${escape(body)}</pre>
<h2>Commits</h2>${listOf(links)}
${statusList(repository, headSha)}
<h2>Files changed</h2><pre>${escape(from === undefined ? '' : await difference(repository, from, headSha))}</pre>
${comments.map((one) => `<h2>${escape(one.author)} says</h2><pre>${escape(one.body)}</pre>`).join('')}`
}

async function commitBody(repository: Repository, sha: string): Promise<string> {
  const { message, author, parents } = await repository.git.show(sha)
  return `<h1><code>${sha.slice(0, 12)}</code></h1><p>${escape(`${author.name} <${author.email}> at ${author.date}`)}</p>
<pre>${escape(message)}</pre>
${statusList(repository, sha)}
<h2>Files changed</h2><pre>${escape(parents[0] === undefined ? 'The first commit.' : await difference(repository, parents[0], sha))}</pre>`
}

function statusList({ statuses }: Repository, of: string): string {
  const own = statuses.filter(({ sha }) => sha === of)
  const words = own.map(({ state, context, description }) => escape(`${state} ${context}: ${description}`))
  return words.length === 0 ? '' : `<h2>Statuses</h2>${listOf(words)}`
}

function listOf(items: readonly string[]): string {
  return `<ul>${items.map((item) => `<li>${item}</li>`).join('')}</ul>`
}

async function difference({ git }: Repository, from: string, to: string): Promise<string> {
  const { stdout } = await tryGit(git.directory, ['diff', '--no-color', from, to])
  return stdout.length > MOST_DIFF ? `${stdout.slice(0, MOST_DIFF)}\n…` : stdout
}

function line(label: string, words: readonly string[]): string {
  return words.length === 0 ? '' : `<p>${label}: ${escape(words.join(', '))}</p>`
}

function page(title: string, body: string): Reply {
  const note = 'This is a stand-in of the forge on this machine. A real one shows the text as Markdown.'
  return {
    status: 200,
    headers: { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'" },
    body: `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escape(title)}</title><style>${STYLE}</style><p class="note">${note}</p>${body}`,
  }
}

function escape(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`)
}
