/** What a client sends to be taken for somebody else, or for a request of another method. */
export const FORGED = {
  'x-access-uid': 'forged',
  'x-access-cid': 'forged',
  'x-access-groups': '["orders-admins"]',
  'x-access-scope': 'forged',
  'x-access-map-version': 'forged',
  'x-access-quota-exceeded': 'forged',
  'x-access-quota-limit': 'forged',
  'x-access-quota-remaining': 'forged',
  'x-access-quota-reset': 'forged',
  'X-HTTP-Method-Override': 'DELETE',
  'X-HTTP-Method': 'DELETE',
  'X-Method-Override': 'DELETE',
};
