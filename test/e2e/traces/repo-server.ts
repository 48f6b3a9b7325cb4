import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, open, readdir, readFile, writeFile } from 'node:fs/promises'
import { connect, type IncomingHttpHeaders } from 'node:http2'
import { join } from 'node:path'
import { until } from '../../until.ts'
import type { Tools } from '../control-plane/build.ts'
import { freePorts } from '../control-plane/processes.ts'
import { installGitPrograms } from '../control-plane/start.ts'
import { manifestRequest, readManifests } from './messages.ts'
import { readOpenings, STRACE, type Opening } from './trace.ts'

/** What came of one question. */
export interface Rendering {
  /** As JSON, in order; empty where the tool failed. */
  readonly manifests: readonly string[]
  readonly sourceType: string
  /** In the tool's words; undefined where it did not fail. */
  readonly fault: string | undefined
  readonly openings: readonly Opening[]
}

/** Argo CD's own repo server, with Helm and Kustomize, under a trace of the files that it and they open. */
export interface TracedRepoServer extends AsyncDisposable {
  render(request: Readonly<Record<string, unknown>>): Promise<Rendering>
  /** Where it has checked out the repository of this folder. */
  checkout(repository: string): Promise<string>
}

const PATIENCE_MS = 60_000

/** Stands for KSOPS, and is called like it: opens the files that it is told of, in which nothing is encrypted here. */
const KSOPS = `#!/bin/sh
printf 'apiVersion: config.kubernetes.io/v1\\nkind: ResourceList\\nitems:\\n'
sed -n 's/^ *- \\(.*\\.enc\\.yaml\\)$/\\1/p' | sort -u | while read -r file; do sed 's/^/  /; 1s/^  /- /' "$file"; done
`
const PORTS = ['redis', 'server', 'metrics'] as const

/** Starts it in a folder of its own. One question at a time: what was opened in between is the answer's. @throws Error it does not start */
export async function startTracedRepoServer(tools: Tools, folder: string): Promise<TracedRepoServer> {
  for (const name of ['bin', 'tmp', 'tls', 'ssh', 'gpg/keys', 'home']) await mkdir(join(folder, name), { recursive: true })
  await installGitPrograms(tools, join(folder, 'bin'))
  await writeFile(join(folder, 'bin', 'ksops'), KSOPS, { mode: 0o755 })
  const ports = await freePorts(PORTS)
  const trace = join(folder, 'trace')
  const redis = spawn('redis-server', ['--port', String(ports.redis), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'], {
    stdio: 'ignore',
  })
  const log = await open(join(folder, 'log'), 'a')
  const server = spawn('strace', [...STRACE, '-o', trace, join(tools['argo-cd'], 'cmd'), ...argumentsOf(ports)], {
    cwd: folder,
    env: environmentOf(tools, folder),
    stdio: ['ignore', log.fd, log.fd],
  })
  const stop = async (): Promise<void> => {
    await stopTraced(server, trace)
    redis.kill()
    await log.close()
  }
  try {
    await until(async () => (await fetch(`http://127.0.0.1:${ports.metrics}/healthz`)).ok || undefined, {
      timeoutMs: PATIENCE_MS,
      what: `Argo CD's repo server (${join(folder, 'log')})`,
    })
  } catch (error) {
    await stop()
    throw error
  }
  let from = 0
  const ask = createClient(ports.server)
  return {
    async render(request) {
      from = (await readFile(trace)).length
      const { answer, fault } = await ask.call(manifestRequest(request))
      const openings = readOpenings((await readFile(trace)).toString('utf8', from))
      return { ...(fault === undefined ? readManifests(answer) : { manifests: [], sourceType: '' }), fault, openings }
    },
    async checkout(repository) {
      const root = join(folder, 'tmp', '_argocd-repo')
      for (const name of await readdir(root))
        if ((await readFile(join(root, name, '.git', 'config'), 'utf8')).includes(`file://${repository}\n`)) return join(root, name)
      throw new Error(`${root} holds no checkout of ${repository}`)
    },
    async [Symbol.asyncDispose]() {
      ask.close()
      await stop()
    },
  }
}

function argumentsOf(ports: Readonly<Record<(typeof PORTS)[number], number>>): readonly string[] {
  return [
    `--redis=127.0.0.1:${ports.redis}`,
    '--address=127.0.0.1',
    `--port=${ports.server}`,
    '--metrics-address=127.0.0.1',
    `--metrics-port=${ports.metrics}`,
    '--disable-tls',
    '--client-ca-path=',
  ]
}

function environmentOf(tools: Tools, folder: string): NodeJS.ProcessEnv {
  return {
    PATH: [join(folder, 'bin'), tools.kustomize, tools.helm, process.env['PATH']].join(':'),
    HOME: join(folder, 'home'),
    TMPDIR: join(folder, 'tmp'),
    ARGOCD_BINARY_NAME: 'argocd-repo-server',
    ARGOCD_GPG_ENABLED: 'false',
    ARGOCD_TLS_DATA_PATH: join(folder, 'tls'),
    ARGOCD_SSH_DATA_PATH: join(folder, 'ssh'),
    ARGOCD_GNUPGHOME: join(folder, 'gpg'),
    ARGOCD_ASK_PASS_SOCK: join(folder, 'ask-pass.sock'),
    // A remote base is never fetched: Git has no other way out than a port where nobody listens.
    HTTPS_PROXY: 'http://127.0.0.1:9',
    HTTP_PROXY: 'http://127.0.0.1:9',
    NO_PROXY: '127.0.0.1',
  }
}

/** Told to end, strace would leave what it traces running. */
async function stopTraced(strace: ChildProcess, trace: string): Promise<void> {
  const [, pid] = /^\s*(\d+)\s/.exec(await readFile(trace, 'utf8').catch(() => '')) ?? []
  if (strace.exitCode !== null) return
  const ended = once(strace, 'exit')
  if (pid === undefined) strace.kill()
  else process.kill(Number(pid), 'SIGKILL')
  await ended
}

/** One method of one gRPC service, without TLS. */
function createClient(port: number): { call(message: Buffer): Promise<{ answer: Buffer; fault: string | undefined }>; close(): void } {
  const session = connect(`http://127.0.0.1:${port}`)
  return {
    close: () => session.close(),
    call: (message) =>
      new Promise((resolve, reject) => {
        const head = Buffer.alloc(5)
        head.writeUInt32BE(message.length, 1)
        const stream = session.request({
          ':method': 'POST',
          ':path': '/repository.RepoServerService/GenerateManifest',
          'content-type': 'application/grpc',
          te: 'trailers',
        })
        const chunks: Buffer[] = []
        let status: { code: string; text: string } | undefined
        const see = (headers: IncomingHttpHeaders): void => {
          if (headers['grpc-status'] !== undefined)
            status = { code: String(headers['grpc-status']), text: String(headers['grpc-message'] ?? '') }
        }
        stream.on('response', see)
        stream.on('trailers', see)
        stream.on('data', (chunk: Buffer) => chunks.push(chunk))
        stream.once('error', reject)
        stream.once('end', () => {
          const fault = status?.code === '0' ? undefined : decodeURIComponent(status?.text ?? 'no answer')
          resolve({ answer: Buffer.concat(chunks).subarray(5), fault })
        })
        stream.end(Buffer.concat([head, message]))
      }),
  }
}
