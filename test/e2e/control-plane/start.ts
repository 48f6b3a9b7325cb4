import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, copyFile, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { until } from '../../until.ts'
import { createApi, tokenConnection } from './api.ts'
import { moduleFolder, type Tools } from './build.ts'
import { saveControlPlane, type ControlPlane } from './control-plane.ts'
import { startGitea } from './gitea.ts'
import { writeKeys, writeKubeconfig } from './keys.ts'
import { COMMIT_SERVER, hasNeighbour, NEIGHBOUR } from './neighbour.ts'
import { ADMIN_KUBECONFIG, LOGS, MODULES, RUN, STATE } from './places.ts'
import { freePorts, startProgram, stopPrograms } from './processes.ts'
import { apiPrograms, controllerPrograms, PORTS, type Setting } from './programs.ts'
import { applySettings } from './settings.ts'

const run = promisify(execFile)
const PATIENCE_MS = 120_000

/** Starts everything on loopback, one thing after the other, each when what it needs answers. */
export async function startControlPlane(tools: Tools, tell: (line: string) => void): Promise<ControlPlane> {
  if (existsSync(STATE)) throw new Error('a control plane is running; end it with npm run e2e:down')
  // What an `up` has left that was killed before it was through.
  await stopPrograms()
  if (await hasNeighbour()) throw new Error(NEIGHBOUR)
  for (const folder of [RUN, LOGS]) await rm(folder, { recursive: true, force: true })
  for (const folder of ['bin', 'argocd/tls', 'argocd/ssh', 'argocd/gpg/keys', 'argocd/tmp'])
    await mkdir(join(RUN, folder), { recursive: true })
  try {
    return await startAll(tools, tell)
  } catch (error) {
    await stopControlPlane()
    throw error
  }
}

/** Ends everything and removes what it wrote, but for its logs. */
export async function stopControlPlane(): Promise<void> {
  await stopPrograms()
  await rm(RUN, { recursive: true, force: true })
  if (!(await hasNeighbour())) await rm(COMMIT_SERVER, { force: true })
}

async function startAll(tools: Tools, tell: (line: string) => void): Promise<ControlPlane> {
  const setting: Setting = { tools, keys: writeKeys(), ports: await freePorts(PORTS) }
  const { keys, ports } = setting
  const server = `https://127.0.0.1:${ports.api}`
  for (const program of apiPrograms(setting)) startProgram(program)
  await until(() => existsSync(keys.caFile) || undefined, { timeoutMs: PATIENCE_MS, what: 'the certificate of the API server' })
  const access = { server, caFile: keys.caFile, token: keys.adminToken }
  writeKubeconfig(ADMIN_KUBECONFIG, { ...access, namespace: 'default' })
  await using api = createApi(tokenConnection(access))
  await until(() => api.get('/readyz'), { timeoutMs: PATIENCE_MS, what: 'the API server' })
  tell('the API server is up')
  await applyCustomResources(tools)
  await applySettings(api, { server, keys })
  await installGitPrograms(tools, join(RUN, 'bin'))
  for (const program of controllerPrograms(setting)) startProgram(program)
  await Promise.all([
    answers('Argo Rollouts', `http://127.0.0.1:${ports.rolloutsHealth}/healthz`),
    answers('Argo CD', `http://127.0.0.1:${ports.argocd}/healthz`),
  ])
  await answers('the application controller', `http://127.0.0.1:${ports.controllerMetrics}/healthz`)
  await answers("the hydrator's commit server", `http://127.0.0.1:${ports.commitServerMetrics}/healthz`)
  tell('Argo Rollouts and Argo CD are up')
  const gitea = tools.gitea === undefined ? undefined : await startGitea(tools.gitea, ports.gitea)
  if (gitea !== undefined) tell('Gitea is up')
  const controlPlane: ControlPlane = {
    server,
    adminToken: keys.adminToken,
    caFile: keys.caFile,
    argocdUrl: `http://127.0.0.1:${ports.argocd}`,
    ports,
    tools,
    ...(gitea && { gitea }),
    versions: await pinnedVersions(gitea === undefined ? {} : { gitea: 'code.gitea.io/gitea' }),
  }
  saveControlPlane(controlPlane)
  return controlPlane
}

/** The CRDs of exactly the versions that run, from the modules they were built of. */
async function applyCustomResources(tools: Tools): Promise<void> {
  const rollouts = await moduleFolder('argo-rollouts', 'github.com/argoproj/argo-rollouts')
  const argocd = await moduleFolder('argo-cd', 'github.com/argoproj/argo-cd/v3')
  const files = [
    ...['rollout', 'analysis-run', 'analysis-template', 'cluster-analysis-template', 'experiment'].map((kind) =>
      join(rollouts, 'manifests/crds', `${kind}-crd.yaml`),
    ),
    ...['application', 'applicationset', 'appproject'].map((kind) => join(argocd, 'manifests/crds', `${kind}-crd.yaml`)),
    await istioResources(rollouts),
  ]
  const kubectl = join(tools.kubernetes, 'kubectl')
  const base = ['--kubeconfig', ADMIN_KUBECONFIG]
  await run(kubectl, [...base, 'apply', '--server-side', ...files.flatMap((file) => ['-f', file])])
  await run(kubectl, [...base, 'wait', '--for=condition=Established', '--timeout=60s', ...files.flatMap((file) => ['-f', file])])
}

/** What the controller writes routes and weights to: the definitions of Istio that its own tests use. Nobody is there to route by them. */
async function istioResources(rollouts: string): Promise<string> {
  const documents = (await readFile(join(rollouts, 'test/e2e/crds/istio.yaml'), 'utf8')).split(/^---$/m)
  const ours = documents.filter((text) => /^ {2}name: (?:virtualservices|destinationrules)\.networking\.istio\.io$/m.test(text))
  const file = join(RUN, 'istio-crds.yaml')
  await writeFile(file, ours.join('---\n'))
  return file
}

/** repo-server calls a script by name, and itself (as the commit server does) as the program that tells git its password. */
export async function installGitPrograms(tools: Tools, folder: string): Promise<void> {
  await symlink(join(tools['argo-cd'], 'cmd'), join(folder, 'argocd'))
  const script = join(folder, 'git-verify-wrapper.sh')
  await copyFile(join(await moduleFolder('argo-cd', 'github.com/argoproj/argo-cd/v3'), 'hack/git-verify-wrapper.sh'), script)
  await chmod(script, 0o755)
}

function answers(what: string, url: string): Promise<true> {
  return until(async () => (await fetch(url)).ok || undefined, { timeoutMs: PATIENCE_MS, what })
}

async function pinnedVersions(more: Readonly<Record<string, string>>): Promise<Record<string, string>> {
  // Built from a module, kube-apiserver does not know its own version.
  const pins = {
    kubernetes: 'k8s.io/kubernetes',
    'argo-rollouts': 'github.com/argoproj/argo-rollouts',
    'argo-cd': 'github.com/argoproj/argo-cd/v3',
    ...more,
  }
  const read = async (module: string, path: string): Promise<[string, string]> => {
    const text = await readFile(join(MODULES, module, 'go.mod'), 'utf8')
    return [module, new RegExp(`${path} v(\\S+)`).exec(text)?.[1] ?? 'unknown']
  }
  return Object.fromEntries(await Promise.all(Object.entries(pins).map(([module, path]) => read(module, path))))
}
