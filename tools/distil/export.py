"""Write the teacher's encoder and the student's decoder as a CTranslate2 model."""

import shutil
from pathlib import Path

import numpy as np
import sentencepiece
import torch
from ctranslate2.specs import attention_spec, common_spec, transformer_spec
from torch import Tensor

from tools.distil.marian import Teacher
from tools.distil.restore import BLOCKS
from tools.distil.student import HEAD, HEADS, LAYERS, ROTARY_BASE
from tools.distil.twin import EPSILON, WIDTH, positions
from tools.distil.twin import HEADS as TEACHER_HEADS

LENGTH = 1024


def export(teacher: Teacher, student: dict[str, Tensor], folder: Path, quantization: str) -> None:
    """Write the model into `folder`, which is made anew.

    `student` is a state of StudentDecoder; `quantization` is one that CTranslate2 knows ("int8",
    "float32").
    """
    weights = {name: torch.from_numpy(value) for name, value in teacher.weights().items()}
    encoder = transformer_spec.TransformerEncoderSpec(
        6, TEACHER_HEADS, pre_norm=False, activation=common_spec.Activation.RELU
    )
    decoder = transformer_spec.TransformerDecoderSpec(
        LAYERS, HEADS, pre_norm=False, activation=common_spec.Activation.RELU, head_dim=HEAD
    )
    decoder._config = {}  # its writer takes no None, which newer settings are by default
    for layer in decoder.layer:
        layer.self_attention = attention_spec.MultiHeadAttentionSpec(
            self_attention=True,
            head_dim=HEAD,
            rotary_dim=HEAD,
            rotary_interleave=False,
            rotary_base=ROTARY_BASE,
        )
    _encoder(encoder, weights)
    _decoder(decoder, student)
    table, bias = _array(weights["Wemb"]), _array(weights["decoder_ff_logit_out_b"].reshape(-1))
    encoder.embeddings[0].weight = decoder.embeddings.weight = table
    encoder.position_encodings.encodings = positions(LENGTH).numpy()
    decoder.position_encodings.encodings = positions(LENGTH).numpy()
    decoder.start_from_zero_embedding = True
    decoder.projection.weight, decoder.projection.bias = table, bias

    spec = transformer_spec.TransformerSpec(encoder, decoder)
    spm = sentencepiece.SentencePieceProcessor(model_file=str(teacher.vocabulary))
    pieces = [spm.id_to_piece(number) for number in range(spm.get_piece_size())]
    spec.register_source_vocabulary(pieces)
    spec.register_target_vocabulary(pieces)
    spec.config.add_source_eos = True
    spec.config.layer_norm_epsilon = EPSILON
    spec.config.unk_token, spec.config.bos_token, spec.config.eos_token = "<unk>", "<s>", "</s>"
    spec.validate()
    spec.optimize(quantization=None if quantization == "float32" else quantization)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    spec.save(str(folder))


def _encoder(spec, weights: dict[str, Tensor]) -> None:
    for number, layer in enumerate(spec.layer, 1):
        name = f"encoder_l{number}_self"
        attention, feed = layer.self_attention, layer.ffn
        _linear(
            attention.linear[0],
            torch.cat([weights[f"{name}_W{part}"] for part in "qkv"]),
            torch.cat([weights[f"{name}_b{part}"].reshape(-1) for part in "qkv"]),
        )
        _linear(attention.linear[1], weights[f"{name}_Wo"], weights[f"{name}_bo"])
        _norm(attention.layer_norm, weights[f"{name}_Wo_ln_scale"], weights[f"{name}_Wo_ln_bias"])
        name = f"encoder_l{number}_ffn"
        _linear(feed.linear_0, weights[f"{name}_W1"], weights[f"{name}_b1"])
        _linear(feed.linear_1, weights[f"{name}_W2"], weights[f"{name}_b2"])
        _norm(feed.layer_norm, weights[f"{name}_ffn_ln_scale"], weights[f"{name}_ffn_ln_bias"])


def _decoder(spec, state: dict[str, Tensor]) -> None:
    for number, layer in enumerate(spec.layer):
        for block, (called, matrices) in BLOCKS.items():
            there, name = getattr(layer, called), f"{block}.{number}"
            for matrix, parts in matrices.items():
                _linear(
                    _matrix(there, matrix),
                    torch.cat([state[f"{name}.{part}.weight"] for part in parts]),
                    torch.cat([state[f"{name}.{part}.bias"] for part in parts]),
                )
            _norm(there.layer_norm, state[f"{name}.norm.scale"], state[f"{name}.norm.bias"])


def _matrix(block, name: str):
    """A matrix by its name in the file: "linear_1" of an attention is the second of a list."""
    number = int(name.removeprefix("linear_"))
    return block.linear[number] if hasattr(block, "linear") else getattr(block, name)


def _linear(spec, weight: Tensor, bias: Tensor) -> None:
    spec.weight, spec.bias = _array(weight), _array(bias.reshape(-1))


def _norm(spec, scale: Tensor, bias: Tensor) -> None:
    assert scale.numel() == WIDTH
    spec.gamma, spec.beta = _array(scale.reshape(-1)), _array(bias.reshape(-1))


def _array(value: Tensor) -> np.ndarray:
    return value.detach().float().numpy().copy()
