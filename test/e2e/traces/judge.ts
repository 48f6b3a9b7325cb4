import { readApplication } from '../../../src/adapters/kubernetes/snapshots/application.ts'
import type { CommitSha } from '../../../src/domain/application/commit.ts'
import { isAmong } from '../../../src/domain/application/inputs.ts'
import { normaliseRepoURL } from '../../../src/domain/application/repo-url.ts'
import type { GitRepository } from '../../../src/ports/git.ts'
import { allOf, readInputs } from '../../../src/reconcile/inputs/read-inputs.ts'
import type { Origin } from '../../contract/git/origin.ts'
import type { SourceShape } from '../../simulation/application-objects.ts'
import { REPO, stageApplication } from '../../simulation/application.ts'
import { configMap, type Files, type Layout } from './layout.ts'
import type { Rendering, TracedRepoServer } from './repo-server.ts'
import { openedIn } from './trace.ts'

/** What was made of one layout. */
export interface Verdict {
  readonly layout: Layout
  readonly outcome: 'equal' | 'not known' | 'wrong'
  /** What is wrong, a line each. */
  readonly faults: readonly string[]
  /** How many files the tool opened. */
  readonly opened: number
  /** Of these, how many Kedge does not call read, and rightly so: changed or gone, they change nothing. */
  readonly idle: number
  /** How many files Kedge calls read, of which the tool makes nothing. */
  readonly besides: number
}

export interface Court {
  readonly origin: Origin
  readonly repository: GitRepository
  /** Another repository, for value files by `$ref`. */
  readonly other: { readonly origin: Origin; readonly repository: GitRepository; head(files: Files): Promise<CommitSha> }
  readonly server: TracedRepoServer
}

const NAME = 'shop'

/**
 * Asks Kedge what the Application reads, and Argo CD's repo server for its manifests, and compares what is read with what was opened. What
 * was opened and is not read has to be idle: with other bytes in it, and without it, the same manifests come out. `head`: the commit of the
 * layout, which changes all of it.
 */
export async function judge(court: Court, layout: Layout, head: CommitSha): Promise<Verdict> {
  const { read, unknown } = await askKedge(court.repository, layout, { head, url: REPO, files: layout.files })
  if (layout.notKnown !== undefined) return judgeNotKnown(layout, unknown)
  const faults = unknown.map((what) => `not known, though the tool reads it: ${what}`)
  const otherHead = layout.other && (await court.other.head(layout.other))
  const rendering = await render({ ...court, otherHead }, layout, head)
  if (layout.other && otherHead) faults.push(...(await faultsElsewhere(court, layout, { files: layout.other, head: otherHead, rendering })))
  if (rendering.fault !== undefined) faults.push(`the tool fails: ${rendering.fault.slice(0, 600)}`)
  const opened = openedIn(await court.server.checkout(court.origin.dir), rendering.openings, placesOf(layout.files))
  const unread = [...opened].filter((file) => !read.includes(file))
  const there = { ...court, otherHead }
  const effective = await effectiveOf(there, layout, { files: unread, rendering })
  for (const file of effective) faults.push(`not read, though the tool makes something of it: ${file}`)
  const price = layout.besides ?? []
  const idle = await idleAmong(there, layout, { read, opened, rendering })
  for (const file of idle) if (!price.includes(file)) faults.push(`read, though the tool makes nothing of it: ${file}`)
  for (const file of price) if (!idle.includes(file)) faults.push(`not read besides, against what the layout says: ${file}`)
  const outcome = faults.length > 0 ? 'wrong' : 'equal'
  return { ...NOTHING, layout, outcome, faults, opened: opened.size, idle: unread.length - effective.length, besides: idle.length }
}

type Session = Court & { readonly otherHead: CommitSha | undefined }

const NOTHING = { faults: [], opened: 0, idle: 0, besides: 0 }

/** What Kedge calls read, and is not opened, or opened without reason, and makes no difference. */
async function idleAmong(
  court: Session,
  layout: Layout,
  { read, opened, rendering }: { read: readonly string[]; opened: ReadonlySet<string>; rendering: Rendering },
): Promise<readonly string[]> {
  const doubtful = read.filter((file) => !opened.has(file) || (rendering.sourceType === 'Helm' && isOther(file)))
  const price = doubtful.filter((file) => layout.besides?.includes(file) === true)
  const idle = price.length > 0 && (await isIdle(court, layout, { files: price, rendering })) ? [...price] : []
  for (const file of doubtful) if (!price.includes(file) && (await isIdle(court, layout, { files: [file], rendering }))) idle.push(file)
  return idle
}

/** Helm opens all files of a chart, so of these nothing but the manifests tell whether they are used. */
function isOther(file: string): boolean {
  return !/(?:^|\/)(?:templates|crds|charts)\/|(?:^|\/)(?:Chart|requirements|values)\.|(?:^|\/)\.(?:helmignore|argocd-source)/.test(file)
}

function judgeNotKnown(layout: Layout, unknown: readonly string[]): Verdict {
  const isNamed = unknown.some((what) => what.includes(layout.notKnown ?? ''))
  const fault = `not named as not known: ${layout.notKnown}; but ${unknown.join('; ') || 'nothing'}`
  return { ...NOTHING, layout, outcome: isNamed ? 'not known' : 'wrong', faults: isNamed ? [] : [fault] }
}

/** Where the other repository is. */
export const OTHER = 'https://git.example/shop/values.git'

/** Of the other repository, Kedge has to call read what was opened, and nothing else. */
async function faultsElsewhere(
  { other, server }: Court,
  layout: Layout,
  { files, head, rendering }: { files: Files; head: CommitSha; rendering: Rendering },
): Promise<readonly string[]> {
  const { read, unknown } = await askKedge(other.repository, layout, { head, url: OTHER, files })
  const places = placesOf(files)
  const opened = openedIn(await server.checkout(other.origin.dir), rendering.openings, places)
  return [
    ...unknown.map((what) => `not known elsewhere: ${what}`),
    // A link is resolved, and not opened.
    ...read.filter((file) => !opened.has(file) && !places.links.has(file)).map((file) => `read elsewhere, and not opened: ${file}`),
    ...[...opened].filter((file) => !read.includes(file)).map((file) => `opened elsewhere, and not read: ${file}`),
  ]
}

interface Asked {
  head: CommitSha
  url: string
  files: Files
}

async function askKedge(repository: GitRepository, layout: Layout, { head, url, files }: Asked) {
  const sources = sourcesOf(layout, { repoURL: REPO, targetRevision: 'main' })
  const staged = stageApplication({ now: () => 0, nextVersion: () => 1 }, { name: NAME, sources, multi: sources.length > 1 })
  const application = readApplication('prod', staged.object())
  if (!application) throw new Error(`${layout.name} is no Application`)
  const found = await readInputs({ repository, name: normaliseRepoURL(url), application }, head)
  // Of patterns, Git has the last word.
  const byGit = await repository.changedPaths([head], allOf(found))
  return { read: Object.keys(files).filter((file) => isAmong(file, allOf(found)) && byGit.includes(file)), unknown: found.unknown }
}

function render({ origin, server, other, otherHead }: Session, layout: Layout, revision: CommitSha): Promise<Rendering> {
  const repoURL = `file://${origin.dir}`
  const [source] = sourcesOf(layout, { repoURL, targetRevision: revision })
  const repo = { repo: repoURL }
  return server.render({
    repo,
    revision,
    noCache: true,
    appName: NAME,
    namespace: 'shop',
    applicationSource: source,
    ...(layout.buildOptions !== undefined && { kustomizeOptions: { buildOptions: layout.buildOptions } }),
    kubeVersion: '1.34.0',
    ...(layout.ref !== undefined && {
      hasMultipleSources: true,
      refSources: {
        key: `$${layout.ref}`,
        value: otherHead ? { repo: { repo: `file://${other.origin.dir}` }, targetRevision: otherHead } : { repo, targetRevision: revision },
      },
    }),
    projectSourceRepos: '*',
    projectName: 'default',
  })
}

function sourcesOf(layout: Layout, at: { repoURL: string; targetRevision: string }): readonly SourceShape[] {
  const source = { path: 'apps/web', ...layout.source, ...at }
  return layout.ref === undefined ? [source] : [source, { ...at, ...(layout.other && { repoURL: OTHER }), ref: layout.ref }]
}

function placesOf(files: Files): Parameters<typeof openedIn>[2] {
  const entries = Object.entries(files).flatMap(([path, content]) => {
    return content !== null && typeof content === 'object' && content.mode === '120000' ? [[path, content.text] as const] : []
  })
  return { files: new Set(Object.keys(files)), links: new Map(entries) }
}

/** Those of the files that make a difference: all at once first, as mostly none does. */
async function effectiveOf(
  court: Session,
  layout: Layout,
  { files, rendering }: { files: readonly string[]; rendering: Rendering },
): Promise<readonly string[]> {
  if (files.length === 0 || (await isIdle(court, layout, { files, rendering }))) return []
  if (files.length === 1) return files
  const effective: string[] = []
  for (const file of files) if (!(await isIdle(court, layout, { files: [file], rendering }))) effective.push(file)
  return effective
}

async function isIdle(
  court: Session,
  layout: Layout,
  { files, rendering }: { files: readonly string[]; rendering: Rendering },
): Promise<boolean> {
  for (const alter of [changed, gone]) {
    const altered = Object.fromEntries(files.map((file) => [file, alter(layout.files[file] ?? null)]))
    const head = court.origin.commit({ ...layout.files, ...altered }, { parents: [], branch: 'altered' })
    if (!isSame(await render(court, layout, head), rendering)) return false
  }
  return true
}

/** Other bytes; a link becomes a file. */
function changed(content: Content): Content {
  return typeof content === 'string' ? `${content}\n{{ changed: by somebody else\n` : configMap('changed')
}

function gone(): Content {
  return null
}

type Content = Files[string]

function isSame(a: Rendering, b: Rendering): boolean {
  return a.fault === b.fault && JSON.stringify(a.manifests) === JSON.stringify(b.manifests)
}
