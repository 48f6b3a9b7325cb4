import { renderUser } from './render.ts'
import { GitHubError, type Call, type Route } from './router.ts'

/** Routes about accounts and about the API itself. */
export const USER_ROUTES: readonly Route[] = [
  { method: 'GET', pattern: '/user', answer: (call) => ({ status: 200, body: profile(call, call.actor.login) }) },
  {
    method: 'GET',
    pattern: '/users/:login',
    answer: (call) => ({ status: 200, body: profile(call, call.params['login'] ?? '') }),
  },
  {
    method: 'GET',
    pattern: '/repos/:owner/:repo/collaborators/:login',
    answer: (call) => ({ status: call.forge.accounts.find(call.params['login'] ?? '') === undefined ? 404 : 204 }),
  },
  { method: 'GET', pattern: '/rate_limit', answer: () => ({ status: 200, body: { resources: {} } }) },
  {
    method: 'GET',
    pattern: '/meta',
    answer: () => ({ status: 200, body: { verifiable_password_authentication: false } }),
  },
]

function profile(call: Call, login: string): unknown {
  const account = call.forge.accounts.find(login)
  if (account === undefined) throw new GitHubError(404, 'Not Found')
  return { ...renderUser(call.forge, login), name: account.name, email: account.email }
}
