import { hash } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import { asCommitSha } from '../../../domain/application/commit.ts'
import { PLAIN } from '../../../domain/application/directory-files.ts'
import { discoverTool } from '../../../domain/application/discover-tool.ts'
import { clean, isGit } from '../../../domain/application/inputs.ts'
import { releasedObjects, wholeObjects } from '../../../domain/application/rendered-objects.ts'
import { notRendered, pickRollout } from '../../../domain/application/rendered.ts'
import type { ApplicationSnapshot, SourceSnapshot } from '../../../domain/application/snapshots.ts'
import { KedgeError } from '../../../domain/errors.ts'
import type { GitRepositories, GitRepository, TreeFile } from '../../../ports/git.ts'
import type { Renderer, RenderQuestion } from '../../../ports/renderer.ts'
import { createFileMemo, type FileMemo } from './file-memo.ts'
import { manifestFiles, named, type Refusal } from './files.ts'
import { hashManifests, readManifests, type FileFault, type FileManifests } from './manifests.ts'

/** More files than a folder of manifests has. */
const MOST_FILES = 1_000
/** What is read of one folder for one answer, in characters; Argo CD itself stops at 10 MB. */
const MOST_TEXT = 1024 * 1024

/**
 * Renders plain folders as Argo CD does, from the repository alone. Helm, Kustomize, Jsonnet, plugins, charts from registries, symbolic
 * links and submodules it refuses by name. A plugin that claims a folder by itself shows only in the Application's status.
 */
export function createDirectoryRenderer(repositories: GitRepositories): Renderer {
  const forRollouts: FileReader = { memo: createFileMemo(), read: readManifests }
  const forDigests: FileReader = { memo: createFileMemo(), read: hashManifests }

  async function readSources(
    { application, revisions }: Pick<RenderQuestion, 'application' | 'revisions'>,
    reader: FileReader,
  ): Promise<Found> {
    const all: Mutable<FoundManifests> = { manifests: [], analyses: [], irreversible: [], objects: [] }
    for (const [index, source] of application.sources.entries()) {
      const found = await manifestsOf({ application, source, index, revision: revisions[index] }, repositories, reader).catch(asRefusal)
      if ('result' in found) return found
      add(all, found)
    }
    return all
  }

  return {
    async render(question) {
      const found = await readSources(question, forRollouts)
      if ('result' in found) return found
      const { manifests, analyses, irreversible } = found
      const namespace = question.application.destinationNamespace
      return pickRollout({ manifests, namespace, analysis: hashAll(analyses), irreversible }, question.rollout)
    },
    async digest(question) {
      const found = await readSources(question, forDigests)
      if ('result' in found) return found
      const objects = releasedObjects(found.objects, question.application.destinationNamespace)
      return { result: 'rendered', digest: hashAll(found.manifests.map(String)), objects, ...wholeObjects(found.objects), hides: false }
    },
  }
}

function hashAll(hashes: readonly string[]): string {
  return hash('sha256', hashes.toSorted().join())
}

/** What is made of a file, and remembered of it. */
interface FileReader {
  memo: FileMemo
  read: (name: string, text: string) => FileManifests | Promise<FileManifests>
}

interface Part {
  application: ApplicationSnapshot
  source: SourceSnapshot
  index: number
  revision: string | undefined
}

type FoundManifests = Omit<Exclude<FileManifests, { fault: unknown }>, 'size'>
type Found = FoundManifests | Refusal
type Mutable<T> = { [Key in keyof T]: T[Key] extends readonly (infer Item)[] ? Item[] : never }

function add(all: Mutable<FoundManifests>, { manifests, analyses, irreversible, objects }: FoundManifests): void {
  all.manifests.push(...manifests)
  all.analyses.push(...analyses)
  all.irreversible.push(...irreversible)
  all.objects.push(...objects)
}

async function manifestsOf(part: Part, repositories: GitRepositories, reader: FileReader): Promise<Found> {
  const { source } = part
  if (!isGit(source)) return notRendered('unsupported', 'A source is a chart from a registry.')
  // It only lends its files to others.
  if (source.path === undefined && source.ref !== undefined) return { manifests: [], analyses: [], irreversible: [], objects: [] }
  const tool = toolOf(part)
  if (tool !== undefined && tool !== 'Directory') return notRendered('unsupported', `A source is rendered by ${tool}.`)
  const revision = asCommitSha(part.revision)
  const folder = clean(source.path ?? '')
  if (revision === undefined) return notRendered('failed', 'The revision of a source is no commit.')
  if (folder === undefined) return notRendered('failed', 'The folder of a source lies outside of its repository.')
  const repository = await repositories.open(source.repoURL)
  const options = source.directory ?? PLAIN
  const files = await repository.listFiles(revision, folder, { recurse: options.recurse, most: MOST_FILES + 1 })
  if (files === undefined) return notRendered('failed', 'The folder of a source is not there at this revision.')
  if (files.length > MOST_FILES) return notRendered('too-large', `The folder of a source holds more than ${MOST_FILES} files.`)
  const byFiles = whatElseItIs(part, folder, files)
  if (byFiles) return byFiles
  const taken = manifestFiles(folder, files, options)
  return 'result' in taken ? taken : readAll({ repository, revision, ...reader }, taken)
}

/** What the source says, or what Argo CD last found it to be; of a dry source that is not known. */
function toolOf({ application, source, index }: Part): string | undefined {
  if (source.tool !== undefined) return source.tool
  return application.hydrator ? undefined : application.sourceTypes?.[index]
}

function whatElseItIs({ application, source }: Part, folder: string, files: readonly TreeFile[]): Refusal | undefined {
  const names = files.map(({ path }) => (folder === '' ? path : path.slice(folder.length + 1))).filter((name) => !name.includes('/'))
  const { namespace, name } = application
  const overrides = ['.argocd-source.yaml', `.argocd-source-${name}.yaml`, `.argocd-source-${namespace}_${name}.yaml`]
  if (names.some((one) => overrides.includes(one)))
    return notRendered('unsupported', 'The folder of a source holds a file that overrides its parameters (.argocd-source).')
  const tool = source.tool === undefined ? discoverTool(names) : undefined
  return tool && notRendered('unsupported', `A source is rendered by ${tool}.`)
}

interface Reading extends FileReader {
  repository: GitRepository
  revision: NonNullable<ReturnType<typeof asCommitSha>>
}

async function readAll({ repository, revision, memo, read }: Reading, files: readonly TreeFile[]): Promise<Found> {
  const all: Mutable<FoundManifests> = { manifests: [], analyses: [], irreversible: [], objects: [] }
  let left = MOST_TEXT
  for (const { path, oid } of files) {
    const name = path.slice(path.lastIndexOf('/') + 1)
    let known = memo.get(oid, name)
    if (!known) {
      const text = await repository.readFile(revision, path, left)
      if (text === undefined) return notRendered('too-large', `${named(path)} is too large to be read here.`)
      // Others get their turn between two files that had to be parsed.
      await setImmediate()
      known = memo.keep(oid, name, { read: await read(name, text), length: text.length })
    }
    left -= known.length
    if (left < 0) return notRendered('too-large', 'The files of a source are too large together to be read here.')
    if ('fault' in known.read) return notRendered(known.read.fault, sayFault(known.read.fault, path))
    add(all, known.read)
  }
  return all
}

function sayFault(fault: FileFault, path: string): string {
  if (fault === 'failed') return `${named(path)} is not YAML or JSON that can be read.`
  if (fault === 'too-large') return `A document in ${named(path)} is too large to be read here.`
  return `${named(path)} holds YAML that Argo CD reads in its own way: a \`<<\` that is not the first key, a tag, a key that is no text.`
}

/** A fault of the repository is an answer: nothing can be told. What else is thrown is a fault of ours. */
function asRefusal(error: unknown): Refusal {
  if (!(error instanceof KedgeError)) throw error
  if (error.code === 'E_GIT_COMMIT_GONE') return notRendered('unfetched', 'The commit is in the repository no more.')
  if (error.code === 'E_REPOSITORY_NOT_ALLOWED') return notRendered('not-allowed', 'The repository is not among those that Kedge may read.')
  return notRendered('unreachable', `The repository could not be asked (${error.code}).`)
}
