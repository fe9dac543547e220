// Preloaded into Node.js: names that are not loopback do not resolve. `sf org login jwt` goes on to the login hosts of
// Salesforce when an org refuses, and no test may send an assertion there.
const dns = require('node:dns');
const { promisify } = require('node:util');

const lookup = dns.lookup;
const isLoopback = (host) => ['localhost', '127.0.0.1', '::1'].includes(String(host));

function guarded(host, ...rest) {
  if (isLoopback(host)) return lookup.call(dns, host, ...rest);
  const refusal = Object.assign(new Error(`getaddrinfo ENOTFOUND ${host}`), { code: 'ENOTFOUND', hostname: host });
  return process.nextTick(rest.at(-1), refusal);
}
guarded[promisify.custom] = async (host, options) => {
  if (isLoopback(host)) return promisify(lookup)(host, options ?? {});
  throw Object.assign(new Error(`getaddrinfo ENOTFOUND ${host}`), { code: 'ENOTFOUND', hostname: host });
};
dns.lookup = guarded;
dns.promises.lookup = guarded[promisify.custom];
