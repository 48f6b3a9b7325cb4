import { once } from 'node:events'
import { createWriteStream, type WriteStream } from 'node:fs'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createSystemClock } from '../../adapters/system/clock.ts'
import { KedgeError } from '../../domain/errors.ts'
import { EXIT, type ExitCode } from '../../domain/exit-code.ts'
import { plainText } from '../../domain/words/plain-text.ts'
import type { Renderer } from '../../ports/renderer.ts'
import type { AddCommand, CliContext } from '../context.ts'
import { helpWith, parseSeconds } from '../options.ts'
import { createTroubleLog } from '../terminal/trouble-log.ts'

interface RecordFlags {
  out: string
  kubeconfig?: string
  context?: string
  namespace?: string[]
  argocdNamespace?: string[]
  config?: string
  for?: number
}

/** `kedge record` and its flags. */
export const addRecord: AddCommand = (program, context, settle) => {
  program
    .command('record')
    .description('write what a cluster says of its Rollouts into a folder, for replay; reads only')
    .requiredOption('--out <dir>', 'a new or empty folder')
    .option('--kubeconfig <file>', 'kubeconfig; its usual place where nothing is said')
    .option('--context <name>', 'context of the kubeconfig')
    .option('-n, --namespace <name...>', 'only Rollouts of these namespaces')
    .option('--argocd-namespace <name...>', 'only Applications of these namespaces')
    .option('--config <file>', 'a configuration with `argocd.api`: what was synced is rendered and recorded, and values are hashed')
    .option('--for <time>', 'end after so long, such as 10m; at Ctrl-C where nothing is said', parseSeconds)
    .addHelpText(
      'after',
      helpWith(
        ['kedge record --out yesterday --for 2h -n shop --argocd-namespace argocd', 'kedge record --out today --config kedge.yaml'],
        'Recordings hold whole objects, with `--config` without the values of pod templates and parameters: look before you share one.',
      ),
    )
    .action(({ out, kubeconfig, context: kubeContext, namespace, argocdNamespace, config, for: seconds }: RecordFlags) =>
      settle(
        runRecord(
          { out, kubeconfig, context: kubeContext, namespaces: namespace, applicationNamespaces: argocdNamespace, config, seconds },
          context,
        ),
      ),
    )
}

interface RecordCommand {
  out: string
  kubeconfig: string | undefined
  context: string | undefined
  namespaces: readonly string[] | undefined
  applicationNamespaces: readonly string[] | undefined
  /** Whose `argocd.api` renders; undefined where nothing is to be rendered. */
  config: string | undefined
  /** Ends by itself after so long; without it, at Ctrl-C. */
  seconds: number | undefined
}

/**
 * `kedge record`: writes what the API server sends of Rollouts, ReplicaSets, AnalysisRuns, Experiments and Applications
 * into a folder that `kedge replay` reads. Reads only.
 * @returns 0 recorded, 3 the cluster could not be seen in full before the end
 * @throws KedgeError E_CLUSTER_*, E_CONFIG_INVALID, E_FILE_UNREADABLE
 */
async function runRecord(options: RecordCommand, context: CliContext): Promise<ExitCode> {
  const [{ connectionOf }, { readKubeConfig }, { recordCluster, serverVersion }] = await Promise.all([
    import('../../adapters/kubernetes/connection.ts'),
    import('../../adapters/kubernetes/kubeconfig.ts'),
    import('../../adapters/kubernetes/record/record-cluster.ts'),
  ])
  const { io } = context
  const { kubeconfig, context: contextName } = options
  const connection = connectionOf(readKubeConfig({ name: 'to record', inCluster: false, kubeconfig, context: contextName }))
  const kubernetes = await serverVersion(connection)
  const clock = createSystemClock()
  await using renderer = await openRenderer(options, context)
  const file = await openFolder(options.out, {
    scenario: 'recorded',
    versions: { kubernetes },
    startedAt: clock.now() / 1_000,
    steps: [],
    commits: [],
  })
  const rendered = renderer && (await openFile(options.out, 'renderings.jsonl'))
  const files = rendered ? [file, rendered] : [file]
  const broken = brokenSignal(files, options.out)
  let events = 0
  let isComplete = false
  const missing = await recordCluster({
    connection,
    namespaces: options.namespaces,
    applicationNamespaces: options.applicationNamespaces,
    clock,
    random: Math.random,
    logger: createTroubleLog((text) => context.io.stderr(text)),
    signal: AbortSignal.any([endOf(options, context), broken]),
    renderings: renderer && { renderer, write: (line) => void rendered?.write(`${JSON.stringify(line)}\n`) },
    write(line) {
      events++
      file.write(`${JSON.stringify(line)}\n`)
    },
    onListed() {
      isComplete = true
      io.stderr(`Recording into ${options.out}: ${events} objects are there now. Ctrl-C ends it.\n`)
    },
  })
  broken.throwIfAborted()
  for (const written of files) {
    written.end()
    await once(written, 'finish')
  }
  if (missing.count > 0) io.stderr(`${missing.count} renderings are missing: ${missing.because} A replay goes by files there.\n`)
  const held = rendered ? 'what people write into names and messages' : 'whole objects'
  io.stderr(`${events} events in ${join(options.out, 'events.jsonl')}. They hold ${held}: look before you share them.\n`)
  return isComplete ? EXIT.fine : EXIT.unseen
}

/** A recording is never mixed with another, so the folder must be new or empty. */
async function openFolder(out: string, meta: object): Promise<WriteStream> {
  try {
    await mkdir(out, { recursive: true })
    if ((await readdir(out)).length > 0)
      throw new KedgeError('E_FILE_UNREADABLE', `${plainText(out, 200)} is not empty; a recording wants a folder of its own`)
    await writeFile(join(out, 'meta.json'), `${JSON.stringify(meta, undefined, 1)}\n`)
    return await openFile(out, 'events.jsonl')
  } catch (cause) {
    if (cause instanceof KedgeError) throw cause
    throw new KedgeError('E_FILE_UNREADABLE', `${plainText(out, 200)} cannot be written`, { cause })
  }
}

async function openFile(out: string, name: string): Promise<WriteStream> {
  const file = createWriteStream(join(out, name), { flags: 'wx' })
  await once(file, 'open')
  return file
}

/** Aborts with a KedgeError once one of the files cannot be written. */
function brokenSignal(files: readonly WriteStream[], out: string): AbortSignal {
  const broken = new AbortController()
  for (const file of files)
    file.once('error', (cause) => broken.abort(new KedgeError('E_FILE_UNREADABLE', `${plainText(out, 200)} cannot be written`, { cause })))
  return broken.signal
}

/** Argo CD's API as the configuration has it. @throws KedgeError E_CONFIG_INVALID */
async function openRenderer({ config: file }: RecordCommand, { env }: CliContext): Promise<(Renderer & AsyncDisposable) | undefined> {
  if (file === undefined) return undefined
  const [{ loadConfig }, { NO_REPOSITORIES, openRenderers }] = await Promise.all([
    import('../../config/load.ts'),
    import('../../service/open-renderers.ts'),
  ])
  const { opened, [Symbol.asyncDispose]: close } = await openRenderers(loadConfig({ file, env }), NO_REPOSITORIES)
  const renderer = opened.find(({ manifest }) => !manifest.needsNothing)?.renderer
  if (!renderer) throw new KedgeError('E_CONFIG_INVALID', `${plainText(file, 200)} has no argocd.api, so nothing would be rendered`)
  return { ...renderer, [Symbol.asyncDispose]: close }
}

function endOf({ seconds }: RecordCommand, context: CliContext): AbortSignal {
  const interrupted = context.interrupted()
  return seconds === undefined ? interrupted : AbortSignal.any([interrupted, AbortSignal.timeout(seconds * 1_000)])
}
