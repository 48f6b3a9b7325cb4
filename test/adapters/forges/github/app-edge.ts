import { edge, PRIVATE_KEY } from './github-edge.ts'

/** An App, known by its key; where it is installed has to be asked for. */
export const APP = { type: 'app', appId: 42, privateKey: PRIVATE_KEY } as const
export const INSTALLED = { ...APP, installationId: 7 } as const
export const ACCESS_TOKENS = '/app/installations/7/access_tokens'

/** What Kedge asks for where nothing more is wanted. */
export const PERMISSIONS = { contents: 'write', pull_requests: 'write', statuses: 'write' } as const

/** GitHub hands out one token, for this repository and these permissions only. */
export function handOut(token: string): void {
  edge()
    .post(ACCESS_TOKENS, { repositories: ['deploy'], permissions: PERMISSIONS })
    .matchHeader('authorization', /^Bearer eyJ/)
    .reply(201, { token, expires_at: '2026-01-02T04:04:05Z' })
}
