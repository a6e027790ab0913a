"""The reference solution of 1_rnn_layers.ipynb, collected from its solution cells. Built: do not edit."""

import numpy as np


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    """Run one time step of a vanilla RNN with a tanh activation.

    Inputs:
    - x: Input at this time step, of shape (N, D)
    - prev_h: Hidden state of the previous time step, of shape (N, H)
    - Wx: Input-to-hidden weights, of shape (D, H)
    - Wh: Hidden-to-hidden weights, of shape (H, H)
    - b: Biases, of shape (H,)

    Returns a tuple of:
    - next_h: The new hidden state, of shape (N, H)
    - cache: Whatever rnn_step_backward needs
    """
    next_h = np.tanh(x @ Wx + prev_h @ Wh + b)
    cache = (x, prev_h, Wx, Wh, next_h)
    return next_h, cache


def rnn_step_backward(dnext_h, cache):
    """Backward pass of one time step of a vanilla RNN.

    Inputs:
    - dnext_h: Gradient of the loss with respect to the new hidden state, of shape (N, H)
    - cache: The cache that rnn_step_forward returned

    Returns a tuple of:
    - dx: Gradient with respect to the input, of shape (N, D)
    - dprev_h: Gradient with respect to the previous hidden state, of shape (N, H)
    - dWx: Gradient with respect to the input-to-hidden weights, of shape (D, H)
    - dWh: Gradient with respect to the hidden-to-hidden weights, of shape (H, H)
    - db: Gradient with respect to the biases, of shape (H,)
    """
    x, prev_h, Wx, Wh, next_h = cache
    da = dnext_h * (1 - next_h**2)
    dx = da @ Wx.T
    dprev_h = da @ Wh.T
    dWx = x.T @ da
    dWh = prev_h.T @ da
    db = da.sum(axis=0)
    return dx, dprev_h, dWx, dWh, db


def rnn_forward(x, h0, Wx, Wh, b):
    """Run a vanilla RNN over whole sequences.

    Inputs:
    - x: Inputs of all time steps, of shape (N, T, D)
    - h0: Initial hidden state, of shape (N, H)
    - Wx: Input-to-hidden weights, of shape (D, H)
    - Wh: Hidden-to-hidden weights, of shape (H, H)
    - b: Biases, of shape (H,)

    Returns a tuple of:
    - h: Hidden states of all time steps, of shape (N, T, H)
    - cache: Whatever rnn_backward needs
    """
    states, caches = [], []
    state = h0
    for t in range(x.shape[1]):
        state, step_cache = rnn_step_forward(x[:, t], state, Wx, Wh, b)
        states.append(state)
        caches.append(step_cache)
    return np.stack(states, axis=1), tuple(caches)


def rnn_backward(dh, cache):
    """Backward pass of a vanilla RNN over whole sequences.

    Inputs:
    - dh: Gradient that reaches each hidden state from its own output, of shape (N, T, H);
      what flows from later time steps to earlier ones is not in it
    - cache: The cache that rnn_forward returned

    Returns a tuple of:
    - dx: Gradient with respect to the inputs, of shape (N, T, D)
    - dh0: Gradient with respect to the initial hidden state, of shape (N, H)
    - dWx: Gradient with respect to the input-to-hidden weights, of shape (D, H)
    - dWh: Gradient with respect to the hidden-to-hidden weights, of shape (H, H)
    - db: Gradient with respect to the biases, of shape (H,)
    """
    dx = []
    dstate = dWx = dWh = db = 0  # nothing flows in from after the last step
    for t in reversed(range(dh.shape[1])):
        dx_t, dstate, dWx_t, dWh_t, db_t = rnn_step_backward(dh[:, t] + dstate, cache[t])
        dx.append(dx_t)
        dWx, dWh, db = dWx + dWx_t, dWh + dWh_t, db + db_t
    return np.stack(dx[::-1], axis=1), dstate, dWx, dWh, db


def word_embedding_forward(x, W):
    """Replace each word id by its vector.

    Inputs:
    - x: Word ids, integers of shape (N, T) with 0 <= x[n, t] < V
    - W: Word vectors, of shape (V, D)

    Returns a tuple of:
    - out: The vector of each word, of shape (N, T, D)
    - cache: Whatever word_embedding_backward needs
    """
    out = W[x]
    cache = (x, W.shape)
    return out, cache


def word_embedding_backward(dout, cache):
    """Backward pass of the word embedding. There is no gradient for the ids, only for the vectors.

    Inputs:
    - dout: Gradient with respect to the words' vectors, of shape (N, T, D)
    - cache: The cache that word_embedding_forward returned

    Returns:
    - dW: Gradient with respect to the table of word vectors, of shape (V, D)
    """
    x, table_shape = cache
    dW = np.zeros(table_shape, dtype=dout.dtype)
    np.add.at(dW, x, dout)
    return dW


def temporal_affine_forward(x, w, b):
    """Apply one affine layer at every time step.

    Inputs:
    - x: Inputs, of shape (N, T, D)
    - w: Weights, of shape (D, M)
    - b: Biases, of shape (M,)

    Returns a tuple of:
    - out: Outputs, of shape (N, T, M)
    - cache: What temporal_affine_backward needs
    """
    out = x @ w + b
    cache = (x, w)
    return out, cache


def temporal_affine_backward(dout, cache):
    """Backward pass of the temporal affine layer.

    Inputs:
    - dout: Gradient with respect to the outputs, of shape (N, T, M)
    - cache: The cache that temporal_affine_forward returned

    Returns a tuple of:
    - dx: Gradient with respect to the inputs, of shape (N, T, D)
    - dw: Gradient with respect to the weights, of shape (D, M)
    - db: Gradient with respect to the biases, of shape (M,)
    """
    x, w = cache
    D, M = w.shape
    dout = dout.reshape(*x.shape[:-1], M)  # it may come as (N * T, M), too
    dx = dout @ w.T
    dw = x.reshape(-1, D).T @ dout.reshape(-1, M)
    db = dout.sum(axis=(0, 1))
    return dx, dw, db


def temporal_softmax_loss(x, y, mask, verbose=False):
    """Softmax loss of word predictions over time, summed over time steps and averaged over the minibatch.

    Inputs:
    - x: Scores of all words at all time steps, of shape (N, T, V)
    - y: Ids of the right words, integers of shape (N, T) with 0 <= y[n, t] < V
    - mask: Booleans of shape (N, T); mask[n, t] tells whether the scores x[n, t] count in the loss
    - verbose: If True, print the shape of the gradient

    Returns a tuple of:
    - loss: The loss, a number
    - dx: Gradient of the loss with respect to x, of shape (N, T, V)
    """
    N, T = y.shape
    shifted = x - x.max(axis=2, keepdims=True)  # keeps exp from overflowing
    log_probs = shifted - np.log(np.exp(shifted).sum(axis=2, keepdims=True))
    n, t = np.ogrid[:N, :T]
    loss = -np.sum(mask * log_probs[n, t, y]) / N

    dx = np.exp(log_probs)
    dx[n, t, y] -= 1
    dx *= mask[:, :, np.newaxis] / N
    if verbose:
        print("dx: ", dx.shape)
    return loss, dx
