import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import { readApplication } from '../../../../src/adapters/kubernetes/snapshots/application.ts'
import { createArgocdRenderer } from '../../../../src/adapters/renderers/argocd/renderer.ts'
import type { RenderQuestion } from '../../../../src/ports/renderer.ts'
import { application } from '../../../contract/renderer.ts'
import { TOKEN } from './api-world.ts'

/** The revision that is asked about, where no other is. */
export const SHA = '0123456789012345678901234567890123456789'

/** What would be rendered of one Application at a revision. */
export function question(spec: object = {}, revision = SHA): RenderQuestion {
  return { application: readApplication('hub', application(spec))!, revisions: [revision], rollout: { namespace: 'shop', name: 'web' } }
}

/** A Rollout as Argo CD hands it out. */
export function manifest(image: string): string {
  return JSON.stringify({
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Rollout',
    metadata: { name: 'web' },
    spec: { template: { spec: { containers: [{ name: 'main', image }] } } },
  })
}

/** What a server makes of a request. */
export type Answer = (response: ServerResponse, request: IncomingMessage) => void

/** Answers with a status and JSON. */
export const json =
  (status: number, body: unknown): Answer =>
  (response) =>
    void response.writeHead(status).end(JSON.stringify(body))

/** Lets a server listen on this machine until the test ends. @returns its port */
export async function serve(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  return (server.address() as AddressInfo).port
}

/** A server that answers what it is told, at an address of this machine. */
export async function listen(answer: Answer): Promise<string> {
  return `http://127.0.0.1:${await serve(createServer((request, response) => answer(response, request)))}`
}

type Options = Parameters<typeof createArgocdRenderer>[0]

/** The renderer that asks there, with the token where no other is said, until the test ends. */
export function rendererAt(options: Omit<Options, 'token'> & Partial<Options>) {
  const renderer = createArgocdRenderer({ token: () => TOKEN, ...options })
  onTestFinished(() => renderer[Symbol.asyncDispose]())
  return renderer
}
